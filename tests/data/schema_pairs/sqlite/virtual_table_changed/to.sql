CREATE VIRTUAL TABLE note USING fts5(title, text, extra, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3');
CREATE VIRTUAL TABLE place USING rtree(id, x0, x1, y0, y1);
