"""What was seen to go wrong with other migration tools, each a test that quarry passes."""
import engines


class FailuresOfOthers(engines.Project):
    def add_users(self):
        self.add("0001_users.sql", "CREATE TABLE users(id integer PRIMARY KEY, name text NOT NULL);", "DROP TABLE users;")

    def columns(self, table):
        return self.query(self.either(
            f"SELECT group_concat(name, ' ') FROM pragma_table_info('{table}')",
            f"SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '{table}'::regclass "
            "AND attnum > 0 AND NOT attisdropped")).split()

    def test_1_a_failed_migration_leaves_nothing_and_can_be_run_again(self):
        # A failed one left its added column behind and could never be run again.
        self.add_users()
        self.up()
        broken = "ALTER TABLE users ADD COLUMN mail text;\nINSERT INTO users(id, nmae) VALUES (1, 'a');"
        self.add("0002_mail.sql", broken)
        for _ in range(2):
            run = self.up(code=1)
            self.assertIn("migrations/0002_mail.sql:3:", run.err)
            self.assertEqual(self.columns("users"), ["id", "name"])
            self.assertEqual(self.applied(), ["users"])
        self.add("0002_mail.sql", broken.replace("nmae", "name"))
        self.up()
        self.assertEqual(self.columns("users"), ["id", "name", "mail"])

    def test_1_what_was_generated_for_a_column_that_becomes_nullable_works(self):
        self.add_users()
        self.up()
        self.query("INSERT INTO users VALUES (1, 'a')")
        (self.folder / "schema.sql").write_text("CREATE TABLE users(id integer PRIMARY KEY, name text, mail text);")
        self.quarry("migrate", "new", "mail", "--autogenerate")
        self.up()
        self.query("INSERT INTO users VALUES (2, NULL, 'x')")
        self.assertEqual(self.query("SELECT count(*) FROM users"), "2")

    def make_shop(self):
        self.add("0001_shop.sql",
                 "CREATE TABLE users(id integer PRIMARY KEY, name text NOT NULL, age integer NOT NULL);\n"
                 "CREATE TABLE child(id integer PRIMARY KEY, user_id integer REFERENCES users(id) ON DELETE CASCADE);\n"
                 "CREATE INDEX newest ON child(user_id DESC) WHERE user_id > 0;\n"
                 "CREATE VIEW v AS SELECT name FROM users;\n"
                 "INSERT INTO users VALUES (1, 'a', 7); INSERT INTO child VALUES (1, 1);",
                 "DROP VIEW v; DROP TABLE child; DROP TABLE users;")
        self.up()
        return ("CREATE TABLE users(id integer PRIMARY KEY, name text NOT NULL, age integer);\n"
                "CREATE TABLE child(id integer PRIMARY KEY, user_id integer REFERENCES users(id) ON DELETE CASCADE);\n"
                "CREATE INDEX newest ON child(user_id DESC) WHERE user_id > 0;\n"
                "CREATE VIEW v AS SELECT name FROM users;\n")

    def test_2_a_table_with_a_view_is_changed_and_nothing_is_lost(self):
        # The rebuilt table's view made the migration fail, with a table dropped before it already gone.
        (self.folder / "schema.sql").write_text(self.make_shop())
        self.quarry("migrate", "new", "age", "--autogenerate")
        self.up()
        self.assertEqual(self.query("SELECT name FROM v"), "a")
        self.assertEqual(self.query("SELECT count(*) FROM child"), "1")
        self.quarry("migrate", "down", "1")
        self.assertEqual(self.query("SELECT name FROM v"), "a")
        self.up()
        self.quarry("migrate", "check")

    def test_2_a_table_is_not_dropped_without_a_warning(self):
        wanted = self.make_shop()
        (self.folder / "schema.sql").write_text(
            "\n".join(line for line in wanted.splitlines() if "child" not in line).replace("age integer)",
                                                                                          "age integer NOT NULL)"))
        run = self.quarry("migrate", "new", "drop_child", "--autogenerate", code=2)
        self.assertIn("drop_table child", run.err)
        self.assertIn("--allow-destructive", run.err)
        self.assertEqual(len(list(self.migrations.iterdir())), 1)

    def test_2_the_way_back_keeps_on_delete_and_desc(self):
        wanted = self.make_shop()
        (self.folder / "schema.sql").write_text(
            "\n".join(line for line in wanted.splitlines() if "child" not in line).replace("age integer)",
                                                                                          "age integer NOT NULL)"))
        self.quarry("migrate", "new", "drop_child", "--autogenerate", "--allow-destructive")
        self.up()
        self.assertEqual(self.tables(), ["users"])
        self.quarry("migrate", "down", "1")
        self.assertIn("DESC", self.query(self.either("SELECT sql FROM sqlite_master WHERE name = 'newest'",
                                                     "SELECT indexdef FROM pg_indexes WHERE indexname = 'newest'")))
        self.query(self.either("INSERT INTO child VALUES (1, 1)", "INSERT INTO child VALUES (1, 1)"))
        cascade = self.query(self.either("SELECT on_delete FROM pragma_foreign_key_list('child')",
                                         "SELECT confdeltype FROM pg_constraint WHERE contype = 'f'"))
        self.assertEqual(cascade, self.either("CASCADE", "c"))

    def test_2_the_way_back_of_a_dropped_column_works_on_rows(self):
        wanted = self.make_shop()
        (self.folder / "schema.sql").write_text(wanted.replace(", age integer)", ")"))
        new = ["migrate", "new", "drop_age", "--autogenerate", "--allow-destructive"]
        self.assertIn("--backfill TABLE.COLUMN=SQL", self.quarry(*new).err)
        (self.migrations / "0002_drop_age.sql").unlink()
        self.quarry(*new, "--backfill", "users.age=0")
        self.up()
        self.quarry("migrate", "down", "1")
        self.assertEqual(self.query("SELECT name, age FROM users"), "a|0")

    def test_3_an_edited_file_is_noticed(self):
        self.add_users()
        self.up()
        self.add("0001_users.sql", "CREATE TABLE users(id integer PRIMARY KEY);", "DROP TABLE users;")
        for command in ("up", "check"):
            self.assertIn("0001_users.sql was edited after it was applied",
                          self.quarry("migrate", command, code=5).err)
        self.assertIn("edited", self.quarry("migrate", "status").out)

    def test_3_a_deleted_file_is_named_and_can_be_dealt_with(self):
        # A deleted file locked out even the command that was to help.
        self.add_users()
        self.up()
        kept = (self.migrations / "0001_users.sql").read_text()
        (self.migrations / "0001_users.sql").unlink()
        self.add("0002_more.sql", "CREATE TABLE more(a integer);")
        self.assertIn("0001_users was applied at", self.up(code=5).err)
        self.quarry("migrate", "repair", "--restore")
        self.assertEqual((self.migrations / "0001_users.sql").read_text(), kept)
        self.up()

    def test_4_after_a_merge_the_last_one_can_be_undone(self):
        # After two branches were merged, one step down was "ambiguous".
        self.add_users()
        self.add("0002_left.sql", "CREATE TABLE l(a integer);", "DROP TABLE l;")
        self.up()
        self.add("0003_right.sql", "CREATE TABLE r(a integer);", "DROP TABLE r;")
        self.up()
        self.quarry("migrate", "down", "1")
        self.assertEqual(self.applied(), ["users", "left"])
        self.quarry("migrate", "down", "1")
        self.assertEqual(self.applied(), ["users"])

    def test_4_two_branches_with_one_version_are_named(self):
        self.add("0001_left.sql", "CREATE TABLE l(a integer);")
        self.add("0001_right.sql", "CREATE TABLE r(a integer);")
        run = self.up(code=6)
        self.assertIn("0001_left.sql and migrations/0001_right.sql", run.err)

    def test_5_what_failed_is_not_called_applied_and_has_its_place(self):
        # "Applied: x.sql" was printed for what failed, and the error had neither file nor line.
        self.add_users()
        self.add("0002_bad.sql", "CREATE TABLE fine(a integer);\n\n   syntax error here;")
        run = self.up(code=1)
        self.assertIn("applied 0001_users", run.out)
        self.assertNotIn("0002_bad", run.out)
        self.assertIn("migrations/0002_bad.sql:4:4: ", run.err)

    def test_6_out_of_order_is_refused_unless_it_is_wanted(self):
        self.add("0002_second.sql", "CREATE TABLE second(a integer);")
        self.up()
        self.add("0001_first.sql", "CREATE TABLE first(a integer);")
        self.assertIn("0001_first.sql is not applied, but newer ones are", self.up(code=6).err)
        self.quarry("migrate", "check", code=6)
        self.assertEqual(self.tables(), ["second"])
        self.up("--out-of-order")
        self.assertEqual(self.tables(), ["first", "second"])

    def test_6_status_tells_what_is_wrong(self):
        self.add_users()
        self.add("0002_more.sql", "CREATE TABLE more(a integer);")
        self.up()
        (self.migrations / "0002_more.sql").unlink()
        self.assertIn("missing", self.quarry("migrate", "status").out)
        self.quarry("migrate", "check", code=5)

    def test_7_two_at_once_on_two_hundred_migrations(self):
        # One of the two died: "table t57 already exists". Fifty rounds of it are in processes_test.py.
        self.add_tables(200)
        both = [self.start("migrate", "up", "--lock-wait", "60") for _ in range(2)]
        runs = [self.finish(one) for one in both]
        self.assertEqual([run.code for run in runs], [0, 0], runs[0].err + runs[1].err)
        self.assertEqual(len(self.applied()), 200)
        self.assertEqual(len(self.tables()), 200)
        self.assertEqual(self.query("SELECT count(*) FROM quarry_migration_history"), "200")

    def test_8_semicolons_in_bodies_and_strings_need_no_markers(self):
        self.add("0001_body.sql", "CREATE TABLE t(a text);\nINSERT INTO t VALUES ('a;b'), ('-- no; comment'), ('it''s;');\n"
                 + self.either(
                     "CREATE TRIGGER g AFTER INSERT ON t BEGIN\n  UPDATE t SET a = CASE WHEN a = ';end;' THEN 'x;' ELSE "
                     "a || ';' END;\n  DELETE FROM t WHERE a = '';\nEND;",
                     "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $f$\nBEGIN\n  UPDATE t SET a = a || ';';\n"
                     "  RETURN NULL;\nEND;\n$f$;\nCREATE TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f();"),
                 self.either("DROP TABLE t;", "DROP TABLE t; DROP FUNCTION f;"))
        self.up()
        self.query("INSERT INTO t VALUES ('new')")
        self.assertEqual(self.query("SELECT count(*) FROM t WHERE a LIKE '%;'"), "4")
        self.quarry("migrate", "down", "1")
        self.assertEqual(self.tables(), [])


class PostgresqlFailuresOfOthers(engines.OnPostgresql, FailuresOfOthers):
    pass


if __name__ == "__main__":
    engines.main()
