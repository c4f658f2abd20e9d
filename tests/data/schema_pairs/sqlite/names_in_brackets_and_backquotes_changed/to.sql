CREATE TABLE [odd table] ([select] INTEGER PRIMARY KEY AUTOINCREMENT, `from` TEXT DEFAULT 'it''s', "a b" NUMERIC(12, 2), 'quoted' BLOB DEFAULT x'01', [new;one] TEXT DEFAULT (lower('--')));
CREATE INDEX [odd index] ON [odd table] (`from` COLLATE NOCASE, [a b] DESC);
CREATE VIEW `odd view` AS SELECT [select] AS "the ""id""", `from`, [new;one] FROM [odd table];
