-- given
CREATE TABLE owner (id int PRIMARY KEY, email text, code int NOT NULL);
CREATE TABLE item (id int NOT NULL, owner_id int, price int NOT NULL, ref text, filled int,
  CONSTRAINT born_valid CHECK (price IS NOT NULL) NOT VALID, CONSTRAINT filled_known CHECK (filled IS NOT NULL));
ALTER TABLE item ADD CONSTRAINT price_known CHECK (price > 0) NOT VALID;
ALTER TABLE item ADD CONSTRAINT item_owner FOREIGN KEY (owner_id) REFERENCES owner (id) NOT VALID;
CREATE UNIQUE INDEX owner_code ON owner (code);
CREATE UNIQUE INDEX item_id ON item (id);
CREATE UNIQUE INDEX item_filled ON item (filled);
CREATE UNIQUE INDEX item_ref ON item (ref);
CREATE UNIQUE INDEX item_some ON item (price) WHERE price > 5000;
INSERT INTO owner SELECT g, 'e' || g, g FROM generate_series(1, 500) AS g;
INSERT INTO item SELECT g, 1 + g % 500, g, 'r' || g, g FROM generate_series(1, 1000) AS g;

-- case: a check
ALTER TABLE item ADD CONSTRAINT price_small CHECK (price < 100000);
-- case: a check that is not validated
ALTER TABLE item ADD CONSTRAINT price_small CHECK (price < 100000) NOT VALID;
-- case: a check that is not validated, then validated in one transaction
ALTER TABLE item ADD CONSTRAINT price_small CHECK (price < 100000) NOT VALID;
ALTER TABLE item VALIDATE CONSTRAINT price_small;
-- case: a check validated
ALTER TABLE item VALIDATE CONSTRAINT price_known;
-- case: a foreign key
ALTER TABLE item ADD CONSTRAINT item_code FOREIGN KEY (price) REFERENCES owner (code) NOT VALID;
-- case: a foreign key with all rows checked
DELETE FROM item WHERE id > 400;
ALTER TABLE item ADD CONSTRAINT item_code FOREIGN KEY (price) REFERENCES owner (code);
-- case: a foreign key validated
ALTER TABLE item VALIDATE CONSTRAINT item_owner;
-- case: a foreign key to columns that are not unique
ALTER TABLE item ADD CONSTRAINT item_email FOREIGN KEY (ref) REFERENCES owner (email) NOT VALID;
-- case: a foreign key of a table of this plan
CREATE TABLE note (id int PRIMARY KEY, owner_id int NOT NULL REFERENCES owner (id));
-- case: a foreign key to a table of this plan
CREATE TABLE place (id int PRIMARY KEY);
ALTER TABLE item ADD COLUMN place_id int REFERENCES place (id);
-- case: a unique constraint
ALTER TABLE item ADD CONSTRAINT item_price UNIQUE (price);
-- case: a unique constraint from an index
ALTER TABLE item ADD CONSTRAINT item_ref_key UNIQUE USING INDEX item_ref;
-- case: a primary key
ALTER TABLE item ADD PRIMARY KEY (id);
-- case: a primary key from an index on a column that is NOT NULL
ALTER TABLE item ADD CONSTRAINT item_pkey PRIMARY KEY USING INDEX item_id;
-- case: a primary key from an index on a column that may be NULL
ALTER TABLE item ADD CONSTRAINT item_pkey PRIMARY KEY USING INDEX item_ref;
-- case: a primary key from an index on a column that a check proves
ALTER TABLE item ADD CONSTRAINT item_pkey PRIMARY KEY USING INDEX item_filled;
-- case: a unique constraint from a partial index
ALTER TABLE item ADD CONSTRAINT item_price UNIQUE USING INDEX item_some;
-- case: a constraint from an index that is not there
ALTER TABLE item ADD CONSTRAINT item_price UNIQUE USING INDEX nothing;
-- case: an exclusion constraint
ALTER TABLE item ADD CONSTRAINT item_apart EXCLUDE USING btree (price WITH =);
-- case: a constraint dropped
ALTER TABLE item DROP CONSTRAINT price_known;
-- case: a foreign key dropped
ALTER TABLE item DROP CONSTRAINT item_owner;
-- case: a primary key dropped that a foreign key needs
ALTER TABLE owner DROP CONSTRAINT owner_pkey;
-- case: a primary key dropped with what needs it
ALTER TABLE owner DROP CONSTRAINT owner_pkey CASCADE;
-- case: a constraint dropped that is not there
ALTER TABLE item DROP CONSTRAINT nothing;
-- case: a constraint dropped if it is there
ALTER TABLE item DROP CONSTRAINT IF EXISTS nothing;
-- case: a constraint renamed
ALTER TABLE item RENAME CONSTRAINT price_known TO price_is_known;
-- case: a constraint whose name is taken
ALTER TABLE item ADD CONSTRAINT price_known CHECK (price > 1) NOT VALID;
-- case: a check on a column that is not there
ALTER TABLE item ADD CONSTRAINT wrong CHECK (nothing > 1) NOT VALID;
-- case: NOT NULL in steps, in one transaction
ALTER TABLE item ADD CONSTRAINT owner_known CHECK (owner_id IS NOT NULL) NOT VALID;
ALTER TABLE item VALIDATE CONSTRAINT owner_known;
ALTER TABLE item ALTER COLUMN owner_id SET NOT NULL;
-- case (no transaction): NOT NULL in steps, each in a transaction of its own
ALTER TABLE item ADD CONSTRAINT owner_known CHECK (owner_id IS NOT NULL) NOT VALID;
ALTER TABLE item VALIDATE CONSTRAINT owner_known;
ALTER TABLE item ALTER COLUMN owner_id SET NOT NULL;
ALTER TABLE item DROP CONSTRAINT owner_known;
