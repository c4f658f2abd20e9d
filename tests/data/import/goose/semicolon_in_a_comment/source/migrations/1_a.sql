-- +goose Up
/* first;
   second */
CREATE TABLE a (x int);
