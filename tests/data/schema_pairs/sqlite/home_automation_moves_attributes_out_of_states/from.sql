CREATE TABLE events (event_id INTEGER NOT NULL, event_type VARCHAR(32), event_data TEXT, origin VARCHAR(32), time_fired DATETIME, PRIMARY KEY (event_id));
CREATE TABLE states (state_id INTEGER NOT NULL, domain VARCHAR(64), entity_id VARCHAR(255), state VARCHAR(255), attributes TEXT, event_id INTEGER, last_updated DATETIME, old_state_id INTEGER, PRIMARY KEY (state_id), FOREIGN KEY(event_id) REFERENCES events (event_id), FOREIGN KEY(old_state_id) REFERENCES states (state_id));
CREATE INDEX ix_states_entity_id_last_updated ON states (entity_id, last_updated);
CREATE INDEX ix_states_event_id ON states (event_id);
CREATE INDEX ix_events_time_fired ON events (time_fired);
