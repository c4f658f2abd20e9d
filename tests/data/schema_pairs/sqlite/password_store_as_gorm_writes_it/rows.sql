INSERT INTO `users` VALUES (1, NULL, NULL, 'a', 'a@x'), (2, NULL, NULL, NULL, NULL);
INSERT INTO `items` VALUES (1, 1, 'x'), (2, 2, NULL);
INSERT INTO `item_tags` VALUES (1, 't'), (2, 't');
