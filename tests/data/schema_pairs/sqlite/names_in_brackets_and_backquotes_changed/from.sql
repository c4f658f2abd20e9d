CREATE TABLE [odd table] ([select] INTEGER PRIMARY KEY, `from` TEXT DEFAULT 'it''s', "a b" NUMERIC(10, 2), 'quoted' BLOB DEFAULT x'00');
CREATE INDEX [odd index] ON [odd table] (`from`, [a b] DESC);
CREATE VIEW `odd view` AS SELECT [select] AS "the ""id""", `from` FROM [odd table];
