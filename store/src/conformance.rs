//! What every store must do, as tests that any store can be put through.
//!
//! A store's test program says `roundtrip_store::conformance!(make)`, where `make` is an async
//! function from a schema to a store on an empty database of that structure, paired with whatever has
//! to live as long as the test, and gets one test per case. The cases speak of resources in the words of the REST door's query string; they plan with the
//! real planner and are authorised as the operator.
//!
//! Must not know: any database. What only one of them can do is tested beside that store.
#![expect(clippy::panic, reason = "this is test code, for the test programs of other crates")]

pub mod aggregates;
pub mod concurrent;
pub mod documents;
pub mod embeds;
pub mod errors;
pub mod loads;
pub mod migrations;
pub mod patterns;
pub mod reads;
pub mod rendering;
mod shop;
mod show;
pub mod spreads;
pub mod terms;
pub mod upserts;
pub mod writes;

pub use shop::{Call, Shop};
pub use show::{Notes, default_of, relations, show};

/// One test per case about migrations, as [`conformance!`] for everything else.
#[macro_export]
macro_rules! migrations_conformance {
    ($make:path) => {
        $crate::conformance!($make;
            migrations::what_was_made_needs_no_change,
            migrations::every_type_is_read_as_it_was_made,
            migrations::files_are_applied_once,
            migrations::many_at_once_apply_once,
            migrations::a_file_that_fails_can_be_corrected,
            migrations::files_that_do_not_fit_are_refused,
            migrations::files_can_be_recorded,
            migrations::additions_keep_rows,
            migrations::additions_are_made_at_once,
            migrations::renames_keep_rows,
            migrations::columns_that_change_keep_rows,
            migrations::what_is_removed_is_gone,
            migrations::types_and_keys_change,
        );
    };
}

/// One test per case that every database has what it takes for, as [`conformance!`] for all of them.
#[macro_export]
macro_rules! core_conformance {
    ($make:path) => {
        $crate::conformance!($make;
            reads::every_type_comes_back,
            reads::filters_follow_sql,
            reads::orders_put_nulls_where_they_are_told,
            reads::pages_are_counted,
            reads::one_row_is_an_object,
            reads::values_are_taken_as_other_types,
            reads::the_database_says_how_it_would_read,
            documents::paths_lead_into_documents,
            documents::documents_are_filtered_by_what_is_inside,
            documents::documents_are_ordered_by_what_is_inside,
            documents::documents_and_lists_contain_each_other,
            patterns::expressions_find_texts,
            patterns::one_of_several_or_all_must_fit,
            aggregates::rows_are_worked_out_together,
            aggregates::groups_are_what_else_is_shown,
            spreads::members_of_related_rows_become_members,
            spreads::rows_are_ordered_by_the_related_row,
            rendering::rows_are_lines_of_values,
            rendering::nulls_are_left_out,
            rendering::moments_are_written_in_a_zone,
            upserts::rows_that_are_there_are_merged,
            upserts::rows_that_are_there_are_ignored,
            upserts::other_fields_than_the_key_tell_rows_apart,
            terms::a_write_is_taken_back,
            terms::a_write_stays_only_with_one_row,
            terms::a_write_stays_only_with_few_rows,
            embeds::related_rows_are_embedded,
            embeds::embeds_are_filtered_ordered_and_cut,
            embeds::rows_without_a_match_are_dropped_where_asked,
            writes::created_rows_are_answered,
            writes::created_rows_have_a_place,
            writes::bulk_is_all_or_nothing,
            writes::rows_are_updated,
            writes::rows_are_replaced,
            writes::rows_are_deleted,
            errors::duplicates_name_their_fields,
            errors::broken_references_name_their_fields,
            errors::missing_values_name_their_field,
            loads::a_load_is_all_or_nothing,
            loads::good_batches_stay_where_asked,
            loads::a_failing_stream_ends_the_load,
            concurrent::every_writer_is_answered,
            concurrent::one_of_many_gets_the_last_item,
        );
    };
}

/// One test per case of the suite, for the store that `$make` makes.
#[macro_export]
macro_rules! conformance {
    ($make:path) => {
        $crate::core_conformance!($make);
        $crate::conformance!($make;
            patterns::texts_are_searched_for_words,
            patterns::queries_that_are_none_are_refused,
            aggregates::embeds_are_worked_out_for_each_row,
        );
    };
    ($make:path; $($group:ident :: $case:ident),* $(,)?) => {
        $(
            #[tokio::test]
            async fn $case() {
                let schema = $crate::conformance::Shop::schema();
                let (store, _keep) = $make(&schema).await;
                $crate::conformance::$group::$case($crate::conformance::Shop::new(store, schema)).await;
            }
        )*
    };
}
