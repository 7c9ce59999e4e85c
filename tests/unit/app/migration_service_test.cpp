#include "core/app/migration_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "core/app/lint_rules.h"
#include "core/base/file.h"
#include "core/db/sqlite.h"
#include "core/store/sqlite/base_schema.h"
#include "tests/support/error_of.h"

namespace quarry::app {
namespace {

using quarry::test::error_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Keeps the notes that a service gives.
class KeptNotices final : public Notices {
public:
    void note(std::string_view line) override { notes.emplace_back(line); }
    void warn(std::string_view line) override { notes.emplace_back(line); }
    void remark(std::string_view line) override { notes.emplace_back(line); }
    void progress(std::string_view) override {}

    std::vector<std::string> notes;
};

/// A project in a temporary folder, with real SQLite files: migrations/, app.db, base.db.
class MigrationServiceTest : public ::testing::Test {
protected:
    MigrationServiceTest() { std::filesystem::create_directory(root() / "migrations"); }

    [[nodiscard]] const std::filesystem::path& root() const { return directory_.path(); }
    [[nodiscard]] std::filesystem::path migrations() const { return root() / "migrations"; }
    [[nodiscard]] std::filesystem::path database() const { return root() / "app.db"; }

    void add(const std::string& name, const std::string& up, const std::string& down) const {
        write_file_atomically(migrations() / name, "-- quarry:up\n" + up + "\n-- quarry:down\n" + down + "\n");
    }
    /// 0001_a to 0003_c, each a table.
    void add_tables() const {
        add("0001_a.sql", "CREATE TABLE a(x);", "DROP TABLE a;");
        add("0002_b.sql", "CREATE TABLE b(x);", "DROP TABLE b;");
        add("0003_c.sql", "CREATE TABLE c(x);", "DROP TABLE c;");
    }

    [[nodiscard]] Services services() {
        return {config_,  [](const std::string&) { return std::nullopt; }, root() / "base.db", cancel_,
                notices_, [] { return std::int64_t{1'000'000'000}; }};
    }
    [[nodiscard]] MigrationTarget target() const {
        return {.folder = migrations().string(), .url = "sqlite:" + database().string()};
    }

    static std::vector<std::string> events_of(const MigrationService& service, const MigrationRequest& request) {
        std::vector<std::string> events;
        service.run(service.subject(), request, [&](const MigrationEvent& event) {
            if (const auto* opened = std::get_if<MigrationOpened>(&event)) {
                events.emplace_back(opened->created ? "created" : "opened");
            } else if (const auto* step = std::get_if<migrate::Step>(&event)) {
                events.push_back("start " + step->migration.name);
            } else {
                events.push_back("done " + std::get<migrate::Done>(event).step.migration.name);
            }
        });
        return events;
    }
    static std::string states_of(const MigrationService& service) {
        std::string text;
        for (const migrate::MigrationStatus& one : service.status(service.subject())) {
            text += (text.empty() ? "" : " ") + std::string(migrate::state_name(one.state));
        }
        return text;
    }

    TemporaryDirectory directory_;
    config::Config config_ = config::Config::defaults();
    Cancellation cancel_;
    KeptNotices notices_;
};

TEST_F(MigrationServiceTest, TellsEachStepOfARunAsAnEvent) {
    add_tables();
    const Services services = this->services();
    const MigrationService service(services, target());
    EXPECT_EQ(states_of(service), "pending pending pending");
    EXPECT_FALSE(std::filesystem::exists(database()));
    EXPECT_THAT(events_of(service, {MigrationCourse::up("2")}),
                ElementsAre("created", "start a", "done a", "start b", "done b"));
    EXPECT_EQ(states_of(service), "applied applied pending");
    EXPECT_THAT(events_of(service, {MigrationCourse::down("1")}), ElementsAre("opened", "start b", "done b"));
    EXPECT_THAT(events_of(service, {MigrationCourse::redo("1")}),
                ElementsAre("opened", "start a", "start a", "done a", "done a"));
    EXPECT_THAT(events_of(service, {MigrationCourse::to("head")}), SizeIs(5));
    EXPECT_EQ(states_of(service), "applied applied applied");
    EXPECT_THAT(service.history(service.subject()), SizeIs(7));  // up 2, down 1, redo 2, to head 2
}

TEST_F(MigrationServiceTest, KeepsWhatWasCommittedBeforeAFailure) {
    add_tables();
    add("0002_b.sql", "CREATE TABLE b(x); SELECT nothing;", "DROP TABLE b;");
    const Services services = this->services();
    const MigrationService service(services, target());
    std::size_t done = 0;
    const Error error = error_of([&] {
        service.run(service.subject(), {MigrationCourse::up("head")}, [&](const MigrationEvent& event) {
            done += std::holds_alternative<migrate::Done>(event) ? 1U : 0U;
        });
    });
    EXPECT_EQ(error.code(), ErrorCode::failed);
    EXPECT_EQ(done, 1u);
    EXPECT_EQ(states_of(service), "applied pending pending");
}

TEST_F(MigrationServiceTest, MakesNoDatabaseForAMalformedFile) {
    write_file_atomically(migrations() / "0001_a.sql", "-- quarry:up\n");
    const Services services = this->services();
    const MigrationService service(services, target());
    EXPECT_EQ(error_of([&] { events_of(service, {MigrationCourse::up("head")}); }).code(), ErrorCode::failed);
    EXPECT_FALSE(std::filesystem::exists(database()));
}

TEST_F(MigrationServiceTest, PlansWithoutWriting) {
    add_tables();
    const Services services = this->services();
    const MigrationService service(services, target());
    EXPECT_THAT(service.plan(service.subject(), {MigrationCourse::to("0002")}), SizeIs(2));
    const PlanReport plan = service.report({});
    ASSERT_THAT(plan.migrations, SizeIs(3));
    EXPECT_EQ(plan.migrations[0].statements[0].sql, "CREATE TABLE a(x);");
    EXPECT_THAT(service.script({.place = "head", .from = "0002"}), HasSubstr("CREATE TABLE c(x)"));
    EXPECT_FALSE(std::filesystem::exists(database()));
    EXPECT_EQ(error_of([&] { (void)service.plan(service.subject(), {MigrationCourse::down("1")}); }).code(),
              ErrorCode::failed);
}

TEST_F(MigrationServiceTest, NeedsBothAFolderAndADatabase) {
    const Services services = this->services();
    const auto refused = [&](const MigrationTarget& target) {
        return error_of([&] { (void)MigrationService(services, target).subject(); });
    };
    for (const MigrationTarget& target : {MigrationTarget{.folder = "migrations"}, MigrationTarget{}}) {
        EXPECT_EQ(refused(target).code(), ErrorCode::usage);
        EXPECT_THAT(refused(target).hint(), HasSubstr("--database base"));
    }
    EXPECT_EQ(refused({.database_name = "other"}).code(), ErrorCode::usage);
    EXPECT_EQ(refused({.database_name = "base"}).code(), ErrorCode::failed) << "there is none";
    EXPECT_EQ(refused({.database_name = "base", .url = "app.db"}).code(), ErrorCode::usage);
    EXPECT_EQ(refused({.database_name = "base", .folder = "migrations"}).code(), ErrorCode::usage);
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(migrations());
    EXPECT_THAT(refused({.url = "app.db"}).what(), HasSubstr("which migrations?"));
    std::filesystem::current_path(root());
    EXPECT_EQ(MigrationService(services, {.url = "app.db"}).subject().folder, "migrations") << "the folder here";
    std::filesystem::current_path(before);
}

TEST_F(MigrationServiceTest, TakesWhatIsNotNamedFromTheSettings) {
    add_tables();
    config_.set_flag("migrate.dir", migrations().string(), "--dir");
    config_.set_flag("migrate.url", "sqlite:" + database().string(), "--url");
    const Services services = this->services();
    const MigrationService service(services, {});
    EXPECT_TRUE(service.knows_folder());
    EXPECT_TRUE(service.knows_database());
    EXPECT_EQ(states_of(service), "pending pending pending");
}

TEST_F(MigrationServiceTest, UndoesTheKnowledgeBaseOnlyWithConsent) {
    {
        SQLite::Database base = db::open_sqlite(root() / "base.db", db::SqliteMode::create, 1000);
        store::prepare_new_knowledge_base(base);
        store::create_schema(base);
    }
    const Services services = this->services();
    const MigrationService service(services, {.database_name = "base"});
    const MigrationSubject subject = service.subject();
    EXPECT_TRUE(subject.is_knowledge_base);
    EXPECT_THAT(subject.label(), HasSubstr("the knowledge base "));
    EXPECT_EQ(error_of([&] { service.run(subject, {MigrationCourse::down("1")}, {}); }).code(), ErrorCode::usage);
    EXPECT_EQ(error_of([&] { service.run(subject, {MigrationCourse::to("base")}, {}); }).code(), ErrorCode::usage);
    EXPECT_THAT(service.run(subject, {MigrationCourse::up("head")}, {}).done, IsEmpty());
    EXPECT_THAT(service.run(subject, {.course = MigrationCourse::down("1"), .may_undo_base = true}, {}).done,
                SizeIs(1));
    EXPECT_EQ(error_of([&] { (void)service.stamp(subject, "head", true); }).code(), ErrorCode::usage);
    EXPECT_EQ(error_of([&] { (void)service.squash({}); }).code(), ErrorCode::usage);
    EXPECT_EQ(error_of([&] { service.create({.name = "a"}); }).code(), ErrorCode::usage);
    EXPECT_THAT(service.drift().diff.changes, IsEmpty());
}

TEST_F(MigrationServiceTest, RefusesADatabaseThatIsNotAKnowledgeBase) {
    db::open_sqlite(root() / "base.db", db::SqliteMode::create, 1000).exec("CREATE TABLE t(a)");
    const Services services = this->services();
    const MigrationService service(services, {.database_name = "base"});
    EXPECT_EQ(error_of([&] { (void)service.status(service.subject()); }).code(), ErrorCode::failed);
}

TEST_F(MigrationServiceTest, StampsWithoutRunning) {
    add_tables();
    const Services services = this->services();
    const MigrationService service(services, target());
    EXPECT_THAT(service.stamp(service.subject(), "0002", true), SizeIs(2));
    EXPECT_FALSE(std::filesystem::exists(database()));
    EXPECT_THAT(service.stamp(service.subject(), "0002", false), SizeIs(2));
    EXPECT_EQ(states_of(service), "applied applied pending");
    EXPECT_THAT(service.stamp(service.subject(), "0002", false), IsEmpty());
}

TEST_F(MigrationServiceTest, AcceptsOrRestoresEditedFiles) {
    add_tables();
    const Services services = this->services();
    const MigrationService service(services, target());
    events_of(service, {MigrationCourse::up("head")});
    const std::string before = read_file(migrations() / "0002_b.sql", 10'000);
    add("0002_b.sql", "CREATE TABLE b(y);", "DROP TABLE b;");
    EXPECT_EQ(states_of(service), "applied edited applied");

    const auto repairs = service.find_repairs(service.subject(), {});
    ASSERT_THAT(repairs, SizeIs(1));
    service.restore(service.subject(), repairs);
    EXPECT_EQ(read_file(migrations() / "0002_b.sql", 10'000), before);
    EXPECT_THAT(notices_.notes, ElementsAre(HasSubstr("wrote ")));

    add("0002_b.sql", "CREATE TABLE b(y);", "DROP TABLE b;");
    service.accept(service.subject(), service.find_repairs(service.subject(), {"0002"}));
    EXPECT_EQ(states_of(service), "applied applied applied");
    EXPECT_FALSE(service.forget_progress(service.subject()));
}

TEST_F(MigrationServiceTest, ChecksDiffsAndDumpsSchemas) {
    add_tables();
    const std::string wanted = (root() / "schema.sql").string();
    write_file_atomically(wanted, "CREATE TABLE a(x);\nCREATE TABLE b(x);\nCREATE TABLE c(x, y);\n");
    const Services services = this->services();
    const MigrationService service(services, target(), {.schema = wanted});
    events_of(service, {MigrationCourse::up("head")});
    const migrate::CheckReport checked = service.check(service.subject(), {});
    EXPECT_EQ(checked.findings.front().code, ErrorCode::schema_drift);
    EXPECT_TRUE(checked.compared_schema);
    EXPECT_EQ(checked.compared_wanted, wanted);
    EXPECT_FALSE(service.check(service.subject(), {.drift = false}).compared_schema);
    EXPECT_THAT(service.drift().diff.changes, IsEmpty());

    const SchemaComparison found = service.diff({}, {});
    EXPECT_THAT(found.diff.changes, SizeIs(1));
    EXPECT_THAT(found.script(false), HasSubstr("ADD COLUMN"));
    EXPECT_FALSE(found.destroys_data());
    EXPECT_THAT(service.dump({}), HasSubstr("CREATE TABLE"));

    const NewMigrationReport made = service.create({.name = "add y", .autogenerate = true});
    EXPECT_THAT(made.paths, ElementsAre(migrations() / "0004_add_y.sql"));
    EXPECT_FALSE(made.has_places_to_fill);
    events_of(service, {MigrationCourse::up("head")});
    EXPECT_TRUE(service.check(service.subject(), {.roundtrip = true}).ok());
}

TEST_F(MigrationServiceTest, AsksForARenameThatNothingDecides) {
    add("0001_a.sql", "CREATE TABLE users(mail TEXT, age INT);", "DROP TABLE users;");
    const std::string wanted = (root() / "schema.sql").string();
    write_file_atomically(wanted, "CREATE TABLE users(email TEXT, age INT);\n");
    const Services services = this->services();
    EXPECT_EQ(error_of([&] { (void)MigrationService(services, target(), {.schema = wanted}).diff({}, {}); }).code(),
              ErrorCode::usage);
    std::vector<std::string> asked;
    SchemaChoice choice{.schema = wanted};
    choice.ask_rename = [&](const schema::Rename& rename) {
        asked.push_back(rename.from + ":" + rename.to);
        return true;
    };
    EXPECT_THAT(MigrationService(services, target(), choice).diff({}, {}).script(false), HasSubstr("RENAME COLUMN"));
    EXPECT_THAT(asked, ElementsAre("users.mail:email"));
}

TEST_F(MigrationServiceTest, SquashesFilesAndLedger) {
    add_tables();
    const Services services = this->services();
    const MigrationService service(services, target());
    events_of(service, {MigrationCourse::up("head")});
    EXPECT_TRUE(service.squash({.dry_run = true}).ledger);
    EXPECT_TRUE(std::filesystem::exists(migrations() / "0001_a.sql"));
    const SquashReport report = service.squash({});
    EXPECT_EQ(report.squash.path, migrations() / "0003_baseline.sql");
    EXPECT_EQ(report.database, database().string());
    EXPECT_EQ(states_of(service), "applied");
    EXPECT_THAT(service.squash_ledger(service.subject(), false).folded, IsEmpty());
}

TEST_F(MigrationServiceTest, ImportsAnotherToolsFolderAndLedger) {
    const std::filesystem::path theirs = root() / "db";
    std::filesystem::create_directory(theirs);
    write_file_atomically(theirs / "20210101000000_a.sql",
                          "-- migrate:up\nCREATE TABLE a(x);\n-- migrate:down\nDROP TABLE a;\n");
    db::open_sqlite(database(), db::SqliteMode::create, 1000)
        .exec("CREATE TABLE a(x); CREATE TABLE schema_migrations(version varchar(128) PRIMARY KEY);"
              "INSERT INTO schema_migrations VALUES ('20210101000000')");
    const Services services = this->services();
    const MigrationService service(services, target());
    const migrate::ImportReport planned = service.import_folder({.from_folder = theirs.string(), .dry_run = true});
    EXPECT_EQ(planned.taken.count(), 1u);
    EXPECT_TRUE(std::filesystem::is_empty(migrations()));
    const migrate::ImportReport report = service.import_folder({.from_folder = theirs.string()});
    ASSERT_TRUE(report.converted);
    EXPECT_THAT(report.converted->migrations, SizeIs(1));
    EXPECT_EQ(states_of(service), "applied");
    EXPECT_EQ(error_of([&] { service.import_folder({}); }).code(), ErrorCode::usage);
}

TEST_F(MigrationServiceTest, LintsWithoutADatabase) {
    add_tables();
    add("0004_d.sql", "DROP TABLE a;", "CREATE TABLE a(x);");
    const Services services = this->services();
    const MigrationService service(services, target());
    const LintReport all = service.lint({});
    EXPECT_THAT(all.files, SizeIs(4));
    EXPECT_THAT(all.findings, Contains(::testing::Field(&std::remove_cvref_t<decltype(all.findings.front())>::rule, "drop-table")));
    EXPECT_THAT(service.lint({.since = "0004"}).files, IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(database()));
    EXPECT_EQ(error_of([&] { (void)service.lint({.server = "x"}); }).code(), ErrorCode::usage);
    EXPECT_EQ(error_of([&] { (void)service.lint({.dialect = "oracle"}); }).code(), ErrorCode::usage);
    EXPECT_EQ(write_lint_pages(root() / "pages"), lint_rules().size() + 1);
    EXPECT_THAT(lint_rule_page("drop-table"), HasSubstr("drop-table"));
}

TEST_F(MigrationServiceTest, StopsWhenItIsCancelled) {
    add_tables();
    const Services services = this->services();
    const MigrationService service(services, target());
    cancel_.cancel();
    EXPECT_EQ(error_of([&] { events_of(service, {MigrationCourse::up("head")}); }).code(), ErrorCode::interrupted);
}

}  // namespace
}  // namespace quarry::app
