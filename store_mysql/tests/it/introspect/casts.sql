CREATE TABLE casts (
  id INT PRIMARY KEY, t TEXT, yes TEXT, half DOUBLE, price DECIMAL(10,2), moment DATETIME(6), day TEXT, flag BOOLEAN,
  doc TEXT, word TEXT, great TEXT
);
INSERT INTO casts VALUES (1, ' 42 ', 'Yes', 2.5, 12.50, '2026-11-21 17:30:00.5', '2026-11-21', TRUE, '{"a":1}', 'soon', '99999999999999999999')
