CREATE TABLE `users` (`id` integer PRIMARY KEY AUTOINCREMENT,`created_at` datetime,`deleted_at` datetime,`name` text,`email` text,CONSTRAINT `uni_users_email` UNIQUE (`email`));
CREATE INDEX `idx_users_deleted_at` ON `users`(`deleted_at`);
CREATE TABLE `items` (`id` integer PRIMARY KEY AUTOINCREMENT,`user_id` integer,`label` text,CONSTRAINT `fk_users_items` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`));
CREATE TABLE `item_tags` (`item_id` integer,`tag` text,PRIMARY KEY (`item_id`,`tag`));
