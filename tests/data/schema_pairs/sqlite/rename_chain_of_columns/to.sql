-- expect: alter
CREATE TABLE t (
  b TEXT, -- rev:renamed from a
  c TEXT, -- rev:renamed from b
  d INTEGER -- rev:renamed from c
);
