CREATE TABLE ${flyway:defaultSchema}.a (t TEXT DEFAULT '${flyway:table}');
