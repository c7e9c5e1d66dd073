CREATE TABLE parent (
  id INT AUTO_INCREMENT PRIMARY KEY, `odd ``name` VARCHAR(300), body TEXT, other INT, code CHAR(2),
  UNIQUE KEY by_name (`odd ``name`), UNIQUE KEY by_prefix (body(10)), UNIQUE KEY by_two (code, other), KEY plain_prefix (body(10)),
  KEY plain (`odd ``name` DESC, id), FULLTEXT KEY words (body), UNIQUE (other)
);
CREATE TABLE child (
  x INT, parent_id INT, second INT, third INT, PRIMARY KEY (x, parent_id),
  FOREIGN KEY (parent_id) REFERENCES parent (ID) ON DELETE CASCADE ON UPDATE CASCADE,
  CONSTRAINT named FOREIGN KEY (second) REFERENCES parent (id) ON DELETE SET NULL,
  CONSTRAINT refusing FOREIGN KEY (third) REFERENCES parent (other) ON DELETE NO ACTION
);
CREATE TABLE pair (
  a INT, b CHAR(2), note TEXT, PRIMARY KEY (b, a),
  CONSTRAINT to_two FOREIGN KEY (b, a) REFERENCES parent (code, other)
);
CREATE TABLE tree (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, up BIGINT UNSIGNED, FOREIGN KEY (up) REFERENCES tree (id));
CREATE TABLE counted (a INT, n INT AUTO_INCREMENT, PRIMARY KEY (a, n), KEY (n));
CREATE TABLE words (code VARCHAR(20) PRIMARY KEY);
CREATE TABLE prefixed (code TEXT, PRIMARY KEY (code(20)));
CREATE TABLE keyless (a INT, b INT);
CREATE TABLE unique_text (body TEXT, UNIQUE (body));
CREATE TABLE unnamed (a INT REFERENCES parent (id))
