CREATE VIRTUAL TABLE note USING fts5(title, text);
CREATE VIRTUAL TABLE place USING rtree(id, x0, x1);
