CREATE TABLE kinds (
  flag TINYINT(1), truth BOOLEAN NOT NULL DEFAULT TRUE, one_bit BIT(1), bits BIT(8), tiny TINYINT, small SMALLINT UNSIGNED,
  medium MEDIUMINT, whole INT ZEROFILL, big BIGINT, huge BIGINT UNSIGNED NOT NULL, price DECIMAL(10,2) DEFAULT 1.50,
  wide DECIMAL(65,30), plain NUMERIC UNSIGNED, single FLOAT, twice DOUBLE, limited DOUBLE(10,2), born YEAR,
  day DATE DEFAULT '2020-01-01', clock TIME(3), moment DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6),
  changed TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, late TIMESTAMP NULL,
  fixed BINARY(4), varied VARBINARY(10), tiny_blob TINYBLOB, bulk BLOB, long_bulk LONGBLOB,
  document JSON, checked_document LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin CHECK (json_valid(checked_document) AND length(checked_document) < 100),
  token UUID DEFAULT UUID(), six INET6, four INET4, place GEOMETRY, spot POINT
) COMMENT 'every type';
CREATE TABLE texts (
  code CHAR(3), name VARCHAR(160) NOT NULL DEFAULT 'it''s \\ ''x', brief TINYTEXT, body TEXT, mid MEDIUMTEXT, tome LONGTEXT,
  old TEXT CHARACTER SET latin1, exact VARCHAR(10) COLLATE utf8mb4_nopad_bin COMMENT 'what ''it'' is',
  key_like CHAR(36) CHARACTER SET ascii COLLATE ascii_bin,
  mood ENUM('sad','it''s','a,b)','back\\slash','größe'), hidden_sign ENUM('a','🦀'), tags SET('x','y')
);
CREATE TABLE checks (
  state VARCHAR(20) COLLATE utf8mb4_nopad_bin NOT NULL CHECK (state IN ('open','shut','it''s','back\\slash')),
  only_one VARCHAR(20) COLLATE utf8mb4_nopad_bin CHECK (only_one IN ('one')),
  loose VARCHAR(20) CHECK (loose IN ('x','y')),
  either VARCHAR(20) COLLATE utf8mb4_bin,
  kind VARCHAR(20) COLLATE utf8mb4_bin,
  crab VARCHAR(20) COLLATE utf8mb4_nopad_bin CHECK (crab IN ('🦀')),
  CONSTRAINT either_check CHECK (either = 'a' OR either = 'b'),
  CONSTRAINT kind_check CHECK ((either <> 'a' OR kind <> 'x') AND kind IN ('u','v') AND length(kind) > 0)
);
CREATE TABLE computed (
  a INT, stored_sum INT AS (a + 1) STORED, virtual_sum INT GENERATED ALWAYS AS (a + 2) VIRTUAL, b INT DEFAULT (a + 1),
  c INT DEFAULT NULL, d TEXT DEFAULT 'NULL', unseen INT INVISIBLE DEFAULT 3
);
CREATE TABLE versioned (id INT PRIMARY KEY, note TEXT) WITH SYSTEM VERSIONING;
CREATE TABLE versioned_openly (
  id INT PRIMARY KEY, since TIMESTAMP(6) GENERATED ALWAYS AS ROW START, until TIMESTAMP(6) GENERATED ALWAYS AS ROW END,
  PERIOD FOR SYSTEM_TIME (since, until)
) WITH SYSTEM VERSIONING;
CREATE SEQUENCE numbers;
CREATE TABLE _roundtrip_migrations (id INT);
CREATE TEMPORARY TABLE passing (id INT);
