CREATE TYPE "mood" AS ENUM('a');--> statement-breakpoint
CREATE TABLE "t" ("m" "mood");
