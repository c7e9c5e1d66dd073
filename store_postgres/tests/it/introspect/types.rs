//! Every type, and what defaults and checks make of it.

use super::database::read;

#[test]
fn types_by_name() {
    insta::assert_snapshot!(read(
        "CREATE EXTENSION citext;
         CREATE EXTENSION hstore;
         CREATE TYPE mood AS ENUM ('sad', 'it''s \"ok\"', 'happy');
         ALTER TYPE mood ADD VALUE 'glum' BEFORE 'happy';
         CREATE TYPE pair AS (a int, b text);
         CREATE TYPE float_range AS RANGE (subtype = float8);
         CREATE TABLE numbers (a int2, b int4 NOT NULL, c int8, d float4, e float8, f numeric, g numeric(10, 2),
           h numeric(5), i numeric(100, 2), j numeric(2, 5), k numeric(6, -2), l money, m oid);
         CREATE TABLE texts (a text, b varchar, c varchar(80), d char(3), e char, f citext, g name, h \"char\",
           i text COLLATE \"C\", j varchar(9) COLLATE \"de-x-icu\", k xml, l hstore, m mood NOT NULL);
         CREATE TABLE times (a date, b time, c time(3), d timetz, e timestamp, f timestamptz, g timestamp(0), h interval,
           i interval day to second);
         CREATE TABLE others (a bool, b uuid, c json, d jsonb, e bytea, f inet, g int4range, h int8multirange,
           i float_range, j tsvector, k bit(3), l varbit, m point, n pair, o pg_lsn, p regclass, q int2vector);
         CREATE TABLE lists (a int[], b text[] NOT NULL, c varchar(80)[], d numeric(10, 2)[], e mood[], f timestamptz[],
           g int[][], h jsonb[], i inet[], j citext[], k int4range[], l pair[], m uuid[], n bool[3]);"
    ));
}

#[test]
fn domains() {
    insta::assert_snapshot!(read(
        "CREATE EXTENSION citext;
         CREATE DOMAIN email AS citext CHECK (VALUE ~ '@');
         CREATE DOMAIN positive AS int DEFAULT 1 NOT NULL CHECK (VALUE > 0);
         CREATE DOMAIN small AS positive CHECK (VALUE < 10);
         CREATE DOMAIN money_amount AS numeric(12, 2) DEFAULT 0;
         CREATE DOMAIN status AS text CHECK (VALUE IN ('open', 'paid'));
         CREATE DOMAIN code AS varchar(3) CHECK (VALUE IN ('a', 'b') AND length(VALUE) < 3);
         CREATE DOMAIN folded AS citext CHECK (VALUE IN ('a', 'b'));
         CREATE DOMAIN tags AS text[];
         CREATE TYPE span AS RANGE (subtype = float8);
         CREATE DOMAIN spans AS span;
         CREATE DOMAIN \"the over all\" AS text COLLATE \"C\";
         CREATE TABLE t (a email, b positive, c small DEFAULT 3, d money_amount, e status NOT NULL, f code, g folded, h tags,
           i \"the over all\", j email[], k positive[], l spans, m code[]);"
    ));
}

#[test]
fn words_and_defaults() {
    insta::assert_snapshot!(read(
        "CREATE TYPE mood AS ENUM ('sad', 'happy');
         CREATE COLLATION nobody (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
         CREATE TABLE t (
           status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'it''s paid', 'a\\b')),
           kind varchar(9) CHECK (kind = 'a' OR kind = 'b' OR kind IS NULL),
           flag char(1) CHECK (flag IN ('M', 'F')), padded char(3) CHECK (padded IN ('a', 'abc')),
           loose text COLLATE nobody CHECK (loose IN ('a')), number int CHECK (number IN (1, 2)),
           later text,
           a text DEFAULT NULL, b int DEFAULT -1, c float8 DEFAULT 1.5, d boolean DEFAULT true,
           e timestamptz DEFAULT now(), f bytea DEFAULT '\\x00ff', g text DEFAULT lower('X'), h mood DEFAULT 'sad',
           i timestamptz DEFAULT '2026-11-21 17:30:00Z', j jsonb DEFAULT '{}', k numeric(8, 2) DEFAULT 1,
           l text[] DEFAULT '{}', m money DEFAULT 1, n date DEFAULT '2026-11-21', o interval DEFAULT '1 hour',
           p text DEFAULT current_user, q text DEFAULT 'a' || 'b',
           r int GENERATED ALWAYS AS (number + 1) STORED, s uuid DEFAULT gen_random_uuid(),
           CHECK (length(a) > 2 AND a IN ('one', 'three'))
         );
         ALTER TABLE t ADD CONSTRAINT not_valid CHECK (later IN ('x')) NOT VALID;"
    ));
}
