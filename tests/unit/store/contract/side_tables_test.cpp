// What is kept beside the documents comes whole from one engine to another.
#include <gmock/gmock.h>

#include <utility>

#include "core/store/idempotency_repository.h"
#include "core/store/side_tables.h"
#include "tests/unit/store/contract/engine.h"
#include "tests/unit/store/prepared.h"

namespace quarry::store::contract {
namespace {

const std::string odd("\"a\\ b\0c\xff{,}NULL", 15);

void put_documents(SharedBase& base) {
    const auto store = open_store(base.address(), StoreMode::write);
    store->add_collection("work", "", 5);
    store->put(std::vector<PreparedSource>{quarry::testing::prepared("/d/moon.md", "The moon is far."),
                                           quarry::testing::prepared("/d/\xff.md", "The sun is hot.")});
}

void fill(SharedBase& base) {
    put_documents(base);
    const auto conversations = base.conversations();
    const std::int64_t id = conversations->open("moon", 10).id;
    conversations->widen(id, std::vector<std::string>{"work"});
    for (const char* question : {"a", "b", "c"}) static_cast<void>(conversations->begin_turn(id, question, 11));
    ConversationTurn turn;
    turn.number = 2;
    turn.state = TurnState::stopped;
    turn.answered_at = 12;
    turn.answer = odd;
    conversations->finish_turn(id, turn);
    conversations->put_summary(id, odd, 2);
    const auto runs = base.runs();
    for (const std::optional<double> cost : {std::optional<double>(), std::optional(0.1)}) {
        StoredRun run;
        run.trace_id = std::string(32, 'a');
        run.name = "ask";
        run.model = odd;
        run.cost = cost;
        run.spans = "[]";
        static_cast<void>(runs->add(run, {}));
    }
    for (const char* key : {"one", "two"}) base.responses()->put(key, cache::CachedKind::query_vector, odd, odd);
    const auto responses = open_model_responses(base.address(), StoreMode::write);
    for (const char* name : {"b", "a"}) responses->add("owner", {name, "", 1, odd, "{}"}, 10);
    const auto requests = open_idempotency(base.address());
    static_cast<void>(requests->begin({"owner", odd, "hash"}, 10, 0, 0));
    const auto files = open_originals(base.address(), StoreMode::write);
    for (std::uint64_t part = 0; part < 20; ++part) {
        files->put("abc", 20 * original_part_bytes, part, std::vector<std::string>{odd + std::to_string(part)}, 10);
    }
    const auto store = open_store(base.address(), StoreMode::read);
    files->link(store->source("/d/\xff.md")->id, {"abc", odd, "text/plain"});
    static_cast<void>(open_feedback(base.address(), StoreMode::write)
                          ->put({.principal = "owner",
                                 .question = odd,
                                 .good = false,
                                 .facts = {"far"},
                                 .sources = {{"/d/moon.md", "far"}, {"/d/\xff.md", odd}}},
                                10));
}

void fill_users(SharedBase& base) {
    const auto users = open_users(base.address(), StoreMode::write);
    const std::string id(32, '1'), secret("\0\xff{", 3);
    users->add_user({.id = id,
                     .email = "ada@example.org",
                     .name = odd,
                     .scopes = {"read", "write"},
                     .created_at = 5,
                     .limit = {.max_tokens = 7, .max_cost = 0.1}});
    users->add_key({.id = std::string(32, '2'), .name = odd, .user_id = id, .secret = secret, .created_at = 5},
                   {{"key:" + std::string(32, '2'), "work", GrantedAccess::write}});
    users->add_key({.id = std::string(32, '3'), .name = "of the owner", .secret = "b", .created_at = 5}, {});
    users->set_grant({"user:" + id, "main", GrantedAccess::read});
    users->add_sign_in({.secret = secret, .user_id = id, .family = "f", .issued_at = 5, .expires_at = 9});
    users->add_signing_key({.id = "k", .secret = secret, .created_at = 5}, 0);
    users->add_spending("user:" + id, "2026-11", {.tokens = 3, .cost = 0.25});
    users->add_audit({.at = 5, .principal = "owner", .action = "user.add", .subject = odd, .outcome = "ok"}, 0);
}

std::vector<SideRow> all_rows(SharedBase& base, const SideTable& table) {
    const auto tables = open_side_tables(base.address(), StoreMode::read);
    std::vector<SideRow> all = tables->rows(table, nullptr);
    while (!all.empty()) {
        const std::vector<SideRow> more = tables->rows(table, &all.back());
        if (more.empty()) break;
        all.insert(all.end(), more.begin(), more.end());
    }
    return all;
}

class SideTableContract : public ::testing::TestWithParam<std::tuple<SharedEngine, SharedEngine>> {};

TEST_P(SideTableContract, ACopyHasEveryRow) {
    const auto from = std::get<0>(GetParam()).open(), to = std::get<1>(GetParam()).open();
    fill(*from);
    fill_users(*from);
    put_documents(*to);
    const auto copy = open_side_tables(to->address(), StoreMode::write);
    for (const SideTable& table : side_tables()) {
        const std::vector<SideRow> rows = all_rows(*from, table);
        EXPECT_FALSE(rows.empty()) << table.name;
        for (int times = 0; times < 2; ++times) {
            if (!rows.empty()) copy->put(table, rows);
            EXPECT_EQ(all_rows(*to, table), rows) << table.name;
        }
    }
    EXPECT_EQ(to->conversations()->turns(to->conversations()->find("moon")->id)[1].answer, odd);
    EXPECT_GT(to->conversations()->open("sun", 1).id, from->conversations()->find("moon")->id);
    EXPECT_EQ(to->runs()->add({}, {}), from->runs()->last()->id + 1) << "ids are not given again";
    const auto responses = open_model_responses(to->address(), StoreMode::write);
    responses->add("owner", {"c", "", 1, "", ""}, 2);
    EXPECT_FALSE(responses->find("owner", "b")) << "the oldest goes";
    EXPECT_TRUE(responses->find("owner", "a"));
}

TEST_P(SideTableContract, ARowIsPutInPlaceOfAnother) {
    const auto to = std::get<1>(GetParam()).open();
    fill(*to);
    const SideTable& table = side_tables().front();
    std::vector<SideRow> rows = all_rows(*to, table);
    rows[0][3] = "another name";
    open_side_tables(to->address(), StoreMode::write)->put(table, rows);
    EXPECT_EQ(to->conversations()->turns(to->conversations()->find("another name")->id).size(), 3U);
}

INSTANTIATE_TEST_SUITE_P(Engines, SideTableContract,
                         ::testing::Combine(::testing::ValuesIn(shared_engines()),
                                            ::testing::ValuesIn(shared_engines())),
                         [](const auto& info) {
                             return std::get<0>(info.param).name + "_to_" + std::get<1>(info.param).name;
                         });

}  // namespace
}  // namespace quarry::store::contract
