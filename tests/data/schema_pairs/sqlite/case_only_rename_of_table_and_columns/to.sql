-- expect: no change
CREATE TABLE Users (UserId INTEGER PRIMARY KEY, UserName TEXT, UNIQUE (UserName));
CREATE INDEX Users_Name ON Users (UserName);
CREATE TABLE logins (userid INTEGER REFERENCES Users (UserId));
