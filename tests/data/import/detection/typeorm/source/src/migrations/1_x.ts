export class X implements MigrationInterface {}
