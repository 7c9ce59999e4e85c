#include "core/migrate/plan.h"

#include "support.h"

namespace quarry::migrate {
namespace {

using test::error_of;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr EmbeddedMigration three[] = {{"0001_a.sql", "a"}, {"0002_b.sql", "b"}, {"0003_c.sql", "c"}};

/// The ledger of those migrations, with the checksums of their present text.
std::vector<LedgerEntry> ledger_of(const MigrationList& list, std::initializer_list<std::int64_t> versions) {
    std::vector<LedgerEntry> ledger;
    for (const std::int64_t version : versions) {
        const Migration* migration = list.find(version);
        ledger.push_back({version, migration ? migration->name : "gone", migration ? migration->checksum : "?",
                          "2026-11-21T10:00:00Z", 1, "1.2.3"});
    }
    return ledger;
}

std::vector<std::string> states_of(const std::vector<MigrationStatus>& status) {
    std::vector<std::string> states;
    for (const auto& one : status) states.push_back(one.version_text + " " + std::string(state_name(one.state)));
    return states;
}

std::vector<std::string> titles_of(const std::vector<Migration>& plan) {
    std::vector<std::string> titles;
    for (const Migration& one : plan) titles.push_back(one.title());
    return titles;
}

class Plan : public testing::Test {
protected:
    MigrationList list_ = MigrationList::from_memory(three);
};

TEST_F(Plan, NamesAHalfAppliedMigrationWhoseFileIsGone) {
    Ledger ledger;
    ledger.applied = ledger_of(list_, {1, 2, 3});
    ledger.progress = Progress{4, "gone", Direction::up, 1, {}, false};
    const std::vector<MigrationStatus> status = compare(list_, ledger);
    EXPECT_THAT(states_of(status), ElementsAre("0001 applied", "0002 applied", "0003 applied", "0004 half_applied"));
    EXPECT_THAT(first_problem(status).value().causes(),
                ElementsAre("0004_gone is half applied, and its file is missing"));
}

TEST_F(Plan, TellsStatesApart) {
    EXPECT_THAT(states_of(compare(list_, Ledger{})), ElementsAre("0001 pending", "0002 pending", "0003 pending"));
    EXPECT_THAT(states_of(compare(list_, ledger_of(list_, {1, 3}))),
                ElementsAre("0001 applied", "0002 out_of_order", "0003 applied"));
    auto edited = ledger_of(list_, {1, 2});
    edited[1].checksum = "other";
    EXPECT_THAT(states_of(compare(list_, edited)), ElementsAre("0001 applied", "0002 edited", "0003 pending"));
    edited = ledger_of(list_, {1});
    edited[0].name = "renamed";
    EXPECT_THAT(states_of(compare(list_, edited)), ElementsAre("0001 edited", "0002 pending", "0003 pending"));
    EXPECT_THAT(states_of(compare(list_, ledger_of(list_, {1, 2, 3, 4}))).back(), "0004 newer");
    constexpr EmbeddedMigration gap[] = {{"0001_a.sql", "a"}, {"0003_c.sql", "c"}};
    EXPECT_THAT(states_of(compare(MigrationList::from_memory(gap), ledger_of(list_, {1, 2, 3}))),
                ElementsAre("0001 applied", "0002 missing", "0003 applied"));
}

TEST_F(Plan, InAFolderTheNewestCanBeMissingToo) {
    const test::Project project;
    project.add_tables(2);
    EXPECT_THAT(states_of(compare(project.list(), ledger_of(project.list(), {1, 2, 3}))),
                ElementsAre("0001 applied", "0002 applied", "0003 missing"));
}

TEST_F(Plan, TheWorstProblemCounts) {
    EXPECT_EQ(first_problem(compare(list_, ledger_of(list_, {1, 2, 3}))), std::nullopt);
    EXPECT_EQ(first_problem(compare(list_, Ledger{}))->code(), ErrorCode::migrations_pending);
    EXPECT_EQ(first_problem(compare(list_, ledger_of(list_, {2})))->code(), ErrorCode::migration_order);
    auto ledger = ledger_of(list_, {2});
    ledger[0].checksum = "other";
    EXPECT_EQ(first_problem(compare(list_, ledger))->code(), ErrorCode::migration_edited);
    ledger.push_back({9, "later", "?", "2030-01-01T00:00:00Z", 1, "9.0.0"});
    const auto newer = first_problem(compare(list_, ledger));
    EXPECT_EQ(newer->code(), ErrorCode::schema_newer);
    EXPECT_THAT(newer->causes(),
                ElementsAre(HasSubstr("0009_later was applied at 2030-01-01T00:00:00Z by quarry 9.0.0")));
}

TEST_F(Plan, NamesTenAndCountsTheRest) {
    const test::Project project;
    project.add_tables(14);
    const auto problem = first_problem(compare(project.list(), Ledger{}));
    EXPECT_EQ(problem->causes().size(), 11u);
    EXPECT_EQ(problem->causes().back(), "4 more");
}

TEST_F(Plan, GoalsAreRead) {
    EXPECT_EQ(Goal::parse("head", Direction::up).kind, Goal::Kind::everything);
    EXPECT_EQ(Goal::parse("base", Direction::down).kind, Goal::Kind::everything);
    EXPECT_EQ(Goal::parse("12", Direction::up).steps, 12u);
    EXPECT_EQ(Goal::parse("+3", Direction::up).steps, 3u);
    EXPECT_EQ(Goal::parse("-3", Direction::down).steps, 3u);
    EXPECT_EQ(Goal::parse("0002", Direction::up).kind, Goal::Kind::version);
    EXPECT_EQ(Goal::parse("20261121103000", Direction::up).kind, Goal::Kind::version);
    for (const char* bad : {"", "0", "x", "-1", "++1", "+0002", " 1"}) {
        EXPECT_EQ(error_of([&] { (void)Goal::parse(bad, Direction::up); }).code(), ErrorCode::usage) << bad;
    }
    EXPECT_EQ(error_of([] { (void)Goal::parse("base", Direction::up); }).code(), ErrorCode::usage);
    EXPECT_EQ(error_of([] { (void)Goal::parse("head", Direction::down); }).code(), ErrorCode::usage);
}

TEST_F(Plan, UpGoesAsFarAsAsked) {
    const auto plan = [&](std::initializer_list<std::int64_t> applied, const char* goal) {
        return titles_of(plan_up(list_, ledger_of(list_, applied), Goal::parse(goal, Direction::up)));
    };
    EXPECT_THAT(plan({}, "head"), ElementsAre("0001_a", "0002_b", "0003_c"));
    EXPECT_THAT(plan({1}, "1"), ElementsAre("0002_b"));
    EXPECT_THAT(plan({}, "0002"), ElementsAre("0001_a", "0002_b"));
    EXPECT_THAT(plan({1}, "0002_b"), ElementsAre("0002_b"));
    EXPECT_THAT(plan({1}, "0002_b.sql"), ElementsAre("0002_b"));
    EXPECT_THAT(plan({1, 2}, "0001"), ElementsAre());
    EXPECT_THAT(plan({1, 2, 3}, "head"), ElementsAre());
}

TEST_F(Plan, DownGoesAsFarAsAsked) {
    const auto plan = [&](std::initializer_list<std::int64_t> applied, const char* goal) {
        return titles_of(plan_down(list_, ledger_of(list_, applied), Goal::parse(goal, Direction::down)));
    };
    EXPECT_THAT(plan({1, 2, 3}, "1"), ElementsAre("0003_c"));
    EXPECT_THAT(plan({1, 2, 3}, "2"), ElementsAre("0003_c", "0002_b"));
    EXPECT_THAT(plan({1, 2, 3}, "0001"), ElementsAre("0003_c", "0002_b"));
    EXPECT_THAT(plan({1, 2, 3}, "0003"), ElementsAre());
    EXPECT_THAT(plan({1, 2}, "base"), ElementsAre("0002_b", "0001_a"));
    EXPECT_THAT(plan({}, "base"), ElementsAre());
}

TEST_F(Plan, RefusesGoalsThatDoNotExist) {
    const auto code = [&](Direction direction, std::initializer_list<std::int64_t> applied, const char* text) {
        return error_of([&] {
                   const Goal goal = Goal::parse(text, direction);
                   const auto ledger = ledger_of(list_, applied);
                   (void)(direction == Direction::up ? plan_up(list_, ledger, goal) : plan_down(list_, ledger, goal));
               })
            .code();
    };
    EXPECT_EQ(code(Direction::up, {1}, "3"), ErrorCode::usage);
    EXPECT_EQ(code(Direction::up, {}, "0009"), ErrorCode::usage);
    EXPECT_EQ(code(Direction::up, {}, "0001_b"), ErrorCode::usage);
    EXPECT_EQ(code(Direction::down, {1}, "2"), ErrorCode::usage);
    EXPECT_EQ(code(Direction::down, {}, "1"), ErrorCode::usage);
    EXPECT_EQ(code(Direction::down, {1}, "0002"), ErrorCode::usage);
    EXPECT_EQ(code(Direction::down, {1}, "0009"), ErrorCode::usage);
}

TEST_F(Plan, DownLooksOnlyAtWhatItUndoes) {
    auto ledger = ledger_of(list_, {1, 2});
    ledger[0].checksum = "other";
    EXPECT_THAT(titles_of(plan_down(list_, ledger, {Goal::Kind::steps, 1, {}})), ElementsAre("0002_b"));
    EXPECT_EQ(error_of([&] { (void)plan_down(list_, ledger, {}); }).code(), ErrorCode::migration_edited);
    EXPECT_EQ(error_of([&] { (void)plan_up(list_, ledger, {}); }).code(), ErrorCode::migration_edited);
    const auto newer = ledger_of(list_, {1, 2, 3, 4});
    EXPECT_EQ(error_of([&] {
                  (void)plan_down(list_, newer, {Goal::Kind::steps, 1, {}});
              }).code(),
              ErrorCode::schema_newer);
}

}  // namespace
}  // namespace quarry::migrate
