CREATE TABLE "users" (`id` integer PRIMARY KEY AUTOINCREMENT,`created_at` datetime,`deleted_at` datetime,`name` text NOT NULL DEFAULT "",`email` text,`active` numeric DEFAULT true,CONSTRAINT `uni_users_email` UNIQUE (`email`),CONSTRAINT `chk_users_name` CHECK (length(name) < 100));
CREATE INDEX `idx_users_deleted_at` ON `users`(`deleted_at`);
CREATE UNIQUE INDEX `idx_users_name` ON `users`(`name`) WHERE deleted_at IS NOT NULL;
CREATE TABLE `items` (`id` integer PRIMARY KEY AUTOINCREMENT,`user_id` integer NOT NULL DEFAULT 0,`label` varchar(64),CONSTRAINT `fk_users_items` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE);
CREATE TABLE `item_tags` (`item_id` integer,`tag` text,`weight` real,PRIMARY KEY (`item_id`,`tag`),CONSTRAINT `fk_item_tags_item` FOREIGN KEY (`item_id`) REFERENCES `items`(`id`));
