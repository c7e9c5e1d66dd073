//! A small shop, and short words to build shapes over it. The names in the database can be replaced
//! by others, so that hostile ones can be tried.

use roundtrip_query::plan::{
    Aggregate, Cast, Compare, Count, Direction, Embed, Exists, Expr, Is, Join, Nulls, Order, Output, PathKey,
    Predicate, ReadShape, Scope, Shape, Shows, Slot,
};
use roundtrip_schema::{
    Access, Field, FieldId, FieldType, Kind, OnDelete, Reference, Relation, Resource, ResourceId,
    ResourceKind, Schema, Unique,
};

pub(crate) struct Shop {
    pub(crate) schema: Schema,
    rename: Box<dyn Fn(&str) -> String>,
}

impl Shop {
    pub(crate) fn new() -> Self {
        Self::renamed(str::to_owned)
    }

    /// With other names of tables, columns and keys in answers.
    pub(crate) fn renamed(rename: impl Fn(&str) -> String + 'static) -> Self {
        let mut schema = resources();
        for resource in &mut schema {
            resource.table = rename(&resource.table);
            for field in &mut resource.fields {
                field.column = rename(&field.column);
            }
        }
        Self { schema: Schema::new(schema), rename: Box::new(rename) }
    }

    pub(crate) fn id(&self, resource: &str) -> ResourceId {
        self.schema.find(resource).expect(resource)
    }

    pub(crate) fn field(&self, resource: &str, field: &str) -> FieldId {
        self.schema.resource(self.id(resource)).field_id(field).expect(field)
    }

    pub(crate) fn fields(&self, resource: &str, fields: &[&str]) -> Vec<FieldId> {
        fields.iter().map(|field| self.field(resource, field)).collect()
    }

    pub(crate) fn relation(&self, resource: &str, name: &str) -> &Relation {
        let relations = self.schema.relations(self.id(resource));
        relations
            .iter()
            .find(|one| one.names.iter().chain(&one.short).any(|known| known == name))
            .expect(name)
    }

    /// Every row, in no order.
    pub(crate) fn scope(&self, resource: &str, fields: &[&str]) -> Scope {
        let output = |field: &&str| {
            let value = Expr::field(self.field(resource, field));
            Output::Field { value, key: (self.rename)(field).into() }
        };
        let outputs = fields.iter().map(output).collect();
        Scope { outputs, access: Predicate::Always, ..Scope::of(self.id(resource)) }
    }

    /// What a way of names and places finds in a field.
    pub(crate) fn inside(&self, resource: &str, field: &str, way: &str) -> Expr {
        let key = |step: &str| match step.parse() {
            Ok(index) => PathKey::Index(index),
            Err(_) => PathKey::Member((self.rename)(step)),
        };
        let path = way.split('/').map(key).collect();
        Expr { path, ..Expr::field(self.field(resource, field)) }
    }

    /// Shows a value under a key.
    pub(crate) fn shown(&self, key: &str, value: Expr) -> Output {
        Output::Field { value, key: (self.rename)(key).into() }
    }

    /// Shows what is worked out over the rows, under the function's name.
    pub(crate) fn over(&self, function: Aggregate, of: Option<Expr>) -> Output {
        Output::Aggregate { function, of, cast: None, key: (self.rename)(function.word()).into() }
    }

    /// A related resource, shown with `scope`.
    pub(crate) fn embed(&self, origin: &str, name: &str, scope: Scope) -> Embed {
        let relation = self.relation(origin, name);
        assert_eq!(relation.target, scope.resource, "{origin} embeds {name}");
        Embed {
            key: (self.rename)(name).into(),
            link: relation.link.clone(),
            cardinality: relation.cardinality,
            join: Join::Left,
            shows: Shows::Nested,
            scope,
            junction_access: Predicate::Always,
        }
    }

    /// A related row exists that meets `filter`.
    pub(crate) fn exists(&self, origin: &str, name: &str, filter: Predicate, access: Predicate) -> Exists {
        let relation = self.relation(origin, name);
        Exists {
            link: relation.link.clone(),
            resource: relation.target,
            filter,
            access,
            junction_access: Predicate::Always,
        }
    }

    pub(crate) fn compare(&self, resource: &str, field: &str, operator: Compare, slot: u16) -> Predicate {
        Predicate::compare(self.field(resource, field), operator, Slot(slot))
    }

    pub(crate) fn is(&self, resource: &str, field: &str, slot: u16) -> Predicate {
        self.compare(resource, field, Compare::Eq, slot)
    }

    pub(crate) fn test(&self, resource: &str, field: &str, test: Is) -> Predicate {
        Predicate::Is { value: Expr::field(self.field(resource, field)), test }
    }

    pub(crate) fn one_of(&self, resource: &str, field: &str, slot: u16) -> Predicate {
        Predicate::In { value: Expr::field(self.field(resource, field)), slot: Slot(slot) }
    }

    pub(crate) fn order(&self, resource: &str, field: &str, direction: Direction, nulls: Nulls) -> Order {
        Order::by_field(self.field(resource, field), direction, nulls)
    }
}

/// The same value as text, if it is found inside JSON.
pub(crate) fn as_text(value: Expr) -> Expr {
    Expr { as_text: true, ..value }
}

/// The same value, as another type.
pub(crate) fn cast(value: Expr, ty: Cast) -> Expr {
    Expr { cast: Some(ty), ..value }
}

/// `scope` with these outputs behind its own.
pub(crate) fn showing(mut scope: Scope, outputs: impl IntoIterator<Item = Output>) -> Scope {
    scope.outputs.extend(outputs);
    scope
}

/// `scope` with more to show.
pub(crate) fn with(mut scope: Scope, embed: Embed) -> Scope {
    scope.outputs.push(Output::Embed(embed));
    scope
}

pub(crate) fn inner(embed: Embed) -> Embed {
    Embed { join: Join::Inner, ..embed }
}

pub(crate) fn spread(embed: Embed) -> Embed {
    Embed { shows: Shows::Spread, ..embed }
}

/// There to be asked about.
pub(crate) fn silent(embed: Embed) -> Embed {
    Embed { shows: Shows::Nothing, ..embed }
}

pub(crate) fn read(scope: Scope) -> Shape {
    Shape::Read(ReadShape::rows(scope))
}

pub(crate) fn counted(scope: Scope) -> Shape {
    Shape::Read(ReadShape { count: Count::Exact, ..ReadShape::rows(scope) })
}

/// The resources; their order is their id.
fn resources() -> Vec<Resource> {
    let text = || FieldType::one(Kind::Text);
    let integer = || FieldType::one(Kind::Integer);
    let users = table("users", vec![field("id", FieldType::one(Kind::Uuid)), field("name", text())]);
    let mut categories = table(
        "categories",
        vec![field("id", integer()), field("name", text()), optional("parent_id", integer())],
    );
    refer(&mut categories, 2, 1, OnDelete::SetNull);
    let price = FieldType::one(Kind::Decimal { precision: 12, scale: 2 });
    let mut products = table(
        "products",
        vec![
            field("id", integer()),
            field("name", text()),
            field("price", price),
            field("active", FieldType::one(Kind::Boolean)),
            optional("about", text()),
            field("tags", FieldType::list(Kind::Text)),
            optional("category_id", integer()),
            optional("added", FieldType::one(Kind::Datetime)),
            optional("details", FieldType::one(Kind::Json)),
        ],
    );
    refer(&mut products, 6, 1, OnDelete::SetNull);
    let labels = table("labels", vec![field("id", integer()), field("name", text())]);
    let mut product_labels =
        table("product_labels", vec![field("product_id", integer()), field("label_id", integer())]);
    product_labels.primary_key = vec![FieldId::new(0), FieldId::new(1)];
    refer(&mut product_labels, 0, 2, OnDelete::Cascade);
    refer(&mut product_labels, 1, 3, OnDelete::Cascade);
    let mut orders =
        table("orders", vec![field("id", integer()), field("customer_id", FieldType::one(Kind::Uuid))]);
    refer(&mut orders, 1, 0, OnDelete::Restrict);
    let mut items = table(
        "items",
        vec![
            field("id", integer()),
            field("order_id", integer()),
            field("product_id", integer()),
            field("quantity", integer()),
        ],
    );
    refer(&mut items, 1, 5, OnDelete::Cascade);
    refer(&mut items, 2, 2, OnDelete::Restrict);
    items.uniques.push(Unique { name: "once".to_owned(), fields: vec![FieldId::new(1), FieldId::new(2)] });
    // A table that is called like an alias.
    let mut nodes = table("nodes", vec![field("id", integer()), optional("parent_id", integer())]);
    "T1".clone_into(&mut nodes.table);
    refer(&mut nodes, 1, 7, OnDelete::Cascade);
    let files = table("files", vec![field("hash", FieldType::one(Kind::Bytes)), field("name", text())]);
    // What is scanned refers to something that is no key.
    let mut codes = table("codes", vec![field("code", text()), field("meaning", text())]);
    codes.primary_key = Vec::new();
    let mut scans = table("scans", vec![field("id", integer()), optional("code", text())]);
    refer(&mut scans, 1, 9, OnDelete::Restrict);
    vec![users, categories, products, labels, product_labels, orders, items, nodes, files, codes, scans]
}

fn field(name: &str, ty: FieldType) -> Field {
    Field::new(name, ty)
}

fn optional(name: &str, ty: FieldType) -> Field {
    Field { optional: true, ..Field::new(name, ty) }
}

fn table(name: &str, fields: Vec<Field>) -> Resource {
    Resource {
        name: name.to_owned(),
        table: name.to_owned(),
        kind: ResourceKind::Table,
        description: None,
        file: None,
        fields,
        primary_key: vec![FieldId::new(0)],
        generated_key: true,
        uniques: Vec::new(),
        indexes: Vec::new(),
        references: Vec::new(),
        part_of: None,
        renamed_from: None,
        auth: false,
        access: Access::default(),
    }
}

/// A reference of one field to the first field of another resource.
fn refer(resource: &mut Resource, field: usize, target: usize, on_delete: OnDelete) {
    let constraint = format!("{}_{}_fkey", resource.name, resource.fields[field].name);
    resource.references.push(Reference {
        constraint,
        fields: vec![FieldId::new(field)],
        target: ResourceId::new(target),
        target_fields: vec![FieldId::new(0)],
        on_delete,
    });
}
