CREATE TABLE docs (id INT PRIMARY KEY, d JSON);
INSERT INTO docs VALUES (1, '1'), (2, '1.0'), (3, '10'), (4, '"1"'), (5, '[1, 2]'), (6, '{"a": "x"}'), (7, '-1e3'), (8, 'false'), (9, '"0"')
