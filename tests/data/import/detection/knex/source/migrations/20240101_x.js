exports.up = knex => {};
