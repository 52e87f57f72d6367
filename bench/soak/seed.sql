-- Beside fixtures/record/seed.sql: accounts and procedures of the load.
USE shop;
DELIMITER //
CREATE PROCEDURE added(IN a INT, IN b INT, OUT total INT, OUT text VARCHAR(40))
BEGIN
  SET total = a + b, text = CONCAT(a, ' and ', b);
END //
CREATE PROCEDURE rows_and_sum(IN upto INT, OUT total INT)
BEGIN
  SELECT n FROM numbers WHERE n <= upto;
  SELECT SUM(n) INTO total FROM numbers WHERE n <= upto;
END //
DELIMITER ;
DROP USER IF EXISTS other@'%', old@'%', repl@'%';
GRANT RELOAD, SELECT ON *.* TO app@'%';
CREATE USER other@'%' IDENTIFIED BY 'also-not-a-secret';
GRANT ALL ON shop.* TO other@'%';
CREATE USER old@'%' IDENTIFIED BY 'not-a-secret';
GRANT ALL ON shop.* TO old@'%';
CREATE USER repl@'%' IDENTIFIED BY 'not-a-secret';
GRANT REPLICATION SLAVE ON *.* TO repl@'%';
SET GLOBAL local_infile = 1;
