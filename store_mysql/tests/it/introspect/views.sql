CREATE TABLE person (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20) NOT NULL, about JSON);
CREATE TABLE visit (id INT PRIMARY KEY, person_id INT NOT NULL, note TEXT, CONSTRAINT visits FOREIGN KEY (person_id) REFERENCES person (id));
CREATE TABLE gone (a INT);
CREATE VIEW renamed AS SELECT id AS number, name, about FROM person;
CREATE VIEW narrowed AS SELECT id, person_id FROM visit WHERE note IS NOT NULL;
CREATE VIEW joined AS SELECT p.id, v.id AS `from`, v.person_id, 'a' AS `x,y`, (SELECT 1) AS one, p.id + 1 AS more
  FROM person AS p LEFT JOIN visit AS v ON v.person_id = p.id AND v.id IN (SELECT 1) ORDER BY 1 LIMIT 3;
CREATE VIEW of_view AS SELECT a.person_id, a.id AS visit FROM narrowed AS a;
CREATE VIEW counted AS SELECT person.id, count(*) AS visits, sum(visit.id) AS total FROM person JOIN visit ON visit.person_id = person.id GROUP BY person.id;
CREATE VIEW derived AS SELECT a.id, b.id AS other FROM person AS a JOIN (SELECT max(id) AS id FROM visit) AS b;
CREATE VIEW once AS SELECT DISTINCT id FROM person;
CREATE VIEW united AS SELECT id FROM person UNION SELECT id FROM visit;
CREATE VIEW named AS WITH t AS (SELECT id FROM person) SELECT t.id FROM t;
CREATE VIEW twice AS SELECT id, id AS again FROM person;
CREATE VIEW broken AS SELECT a FROM gone;
DROP TABLE gone
