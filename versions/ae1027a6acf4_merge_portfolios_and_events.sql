-- merge portfolios and events
--
-- A merge point, made by `rev merge heads -m "merge portfolios and events"`: it has two parents, and from here on there
-- is one head again. It has nothing to run; an empty section says that this is meant.
--
-- revision: ae1027a6acf4
-- revises: f4b1e82c6d30, c3f7084be196
-- created: 2026-02-09 09:00:33Z

-- rev:upgrade

-- rev:downgrade
