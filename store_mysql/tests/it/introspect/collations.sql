CREATE TABLE boxes (id INT PRIMARY KEY);
CREATE TABLE texts (
  id INT PRIMARY KEY, box_id INT, general VARCHAR(20) COLLATE utf8mb4_general_ci, three VARCHAR(20) CHARACTER SET utf8mb3,
  old VARCHAR(20) CHARACTER SET latin1, word ENUM('b','ä','a','A') COLLATE utf8mb4_bin, exact VARCHAR(20) COLLATE utf8mb4_nopad_bin,
  about JSON, place POINT, KEY general (general), KEY three (three), KEY old (old), KEY exact (exact),
  FOREIGN KEY (box_id) REFERENCES boxes (id)
);
INSERT INTO boxes VALUES (1);
INSERT INTO texts VALUES
  (1, 1, 'a', 'a', 'a', 'a', 'a', '[1, "ä"]', POINT(1, 2)), (2, 1, 'A', 'A', 'A', 'A', 'A', NULL, NULL),
  (3, 1, 'ä', 'ä', 'ä', 'ä', 'ä', NULL, NULL), (4, 1, 'b', 'b', 'b', 'b', 'b', NULL, NULL),
  (5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
