-- expect: alter
-- rev:renamed from t
CREATE TABLE "order" (
  id INTEGER PRIMARY KEY,
  "group" TEXT, -- rev:renamed from a
  "fullName with ""quotes""" TEXT -- rev:renamed from b
);
