// Responses and requests that a base keeps, and files that were uploaded.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/store/idempotency_repository.h"
#include "tests/unit/store/contract/engine.h"
#include "tests/unit/store/prepared.h"

namespace quarry::store::contract {
namespace {

using quarry::testing::prepared;

std::vector<SharedCase> response_cases() {
    return {
        {"a_response_comes_back_whole",
         [](SharedBase& base) {
             const auto responses = open_model_responses(base.address(), StoreMode::write);
             const std::string odd("\"a\0b\xff\"", 7);
             responses->add("owner", {"resp_1", "resp_0", 5, odd, "{}"}, 10);
             const auto found = open_model_responses(base.address(), StoreMode::read)->find("owner", "resp_1");
             ASSERT_TRUE(found);
             EXPECT_EQ(found->previous, "resp_0");
             EXPECT_EQ(found->created_at, 5);
             EXPECT_EQ(found->input, odd);
             EXPECT_EQ(found->response, "{}");
             EXPECT_FALSE(responses->find("user:1", "resp_1"));
             EXPECT_FALSE(responses->find("owner", std::string("resp_1\0\xff", 8)));
         }},
        {"the_oldest_response_goes",
         [](SharedBase& base) {
             const auto responses = open_model_responses(base.address(), StoreMode::write);
             for (const char* id : {"a", "b", "c"}) responses->add("owner", {id, "", 1, "1", "2"}, 2);
             responses->add("user:1", {"d", "", 1, "1", "2"}, 2);
             EXPECT_FALSE(responses->find("owner", "a"));
             EXPECT_TRUE(responses->find("owner", "b"));
             EXPECT_TRUE(responses->find("owner", "c"));
             EXPECT_FALSE(responses->remove("owner", "d"));
             EXPECT_TRUE(responses->remove("user:1", "d"));
         }},
        {"a_request_is_worked_on_once",
         [](SharedBase& base) {
             const auto requests = open_idempotency(base.address());
             const KeyedRequest request{"owner", "k", "hash"};
             EXPECT_FALSE(requests->begin(request, 10, 0, 0));
             const auto begun = open_idempotency(base.address())->begin({"owner", "k", "other"}, 11, 0, 0);
             ASSERT_TRUE(begun);
             EXPECT_EQ(begun->request, "hash");
             EXPECT_EQ(begun->response, "");
             EXPECT_FALSE(requests->begin({"user:1", "k", "hash"}, 11, 0, 0)) << "another's key";
             requests->finish(request, "answer");
             EXPECT_EQ(requests->begin(request, 12, 0, 11)->response, "answer") << "it was answered";
             EXPECT_FALSE(requests->begin(request, 30, 11, 0)) << "too old";
             requests->finish(request, "");
             EXPECT_FALSE(requests->begin(request, 31, 0, 0)) << "forgotten";
             EXPECT_FALSE(requests->begin(request, 50, 0, 32)) << "begun and left";
         }},
        {"answers_go_with_a_document_that_they_name",
         [](SharedBase& base) {
             const auto store = open_store(base.address(), StoreMode::write);
             const std::string quoted = "/d/\"mö\\on\".md";
             store->put(std::vector<PreparedSource>{prepared(quoted, "The moon is far."),
                                                    prepared("/d/sun.md", "The sun is hot.")});
             const auto responses = open_model_responses(base.address(), StoreMode::write);
             const auto keep = [&](const char* id, const std::string& uri) {
                 responses->add("owner", {id, "", 1, "\"a\"", nlohmann::json{{"uri", uri}}.dump()}, 10);
             };
             keep("moon", quoted);
             keep("sun", "/d/sun.md");
             const auto requests = open_idempotency(base.address());
             ASSERT_FALSE(requests->begin({"owner", "k", "hash"}, 10, 0, 0));
             requests->finish({"owner", "k", "hash"}, "answer");
             ASSERT_EQ(store->remove(std::vector<std::string>{quoted}), 1U);
             EXPECT_FALSE(responses->find("owner", "moon"));
             EXPECT_TRUE(responses->find("owner", "sun"));
             EXPECT_FALSE(requests->begin({"owner", "k", "hash"}, 10, 0, 0)) << "its response may hold anything";
         }},
        {"answers_go_when_they_are_to",
         [](SharedBase& base) {
             const auto responses = open_model_responses(base.address(), StoreMode::write);
             responses->add("owner", {"a", "", 1, "1", "2"}, 10);
             responses->add("user:1", {"b", "", 1, "1", "2"}, 10);
             base.conversations()->forget_answers();
             EXPECT_FALSE(responses->find("owner", "a"));
             EXPECT_FALSE(responses->find("user:1", "b"));
         }},
    };
}

std::int64_t source_of(Store& store, const std::string& uri) {
    quarry::testing::put(store, prepared(uri, "The moon is far."));
    return store.source(uri)->id;
}

std::vector<SharedCase> original_cases() {
    return {
        {"a_file_comes_back_part_by_part",
         [](SharedBase& base) {
             const auto files = open_originals(base.address(), StoreMode::write);
             const std::string hash(64, 'a');
             std::string whole(original_part_bytes, '\xfe');
             whole[5] = '\0';
             EXPECT_FALSE(files->is_complete(hash));
             files->put(hash, original_part_bytes + 3, 0, std::vector<std::string>{whole}, 10);
             EXPECT_FALSE(files->is_complete(hash));
             files->put(hash, original_part_bytes + 3, 1, std::vector<std::string>{"end"}, 10);
             files->put(hash, original_part_bytes + 3, 1, std::vector<std::string>{"END"}, 10);
             EXPECT_TRUE(files->is_complete(hash));
             EXPECT_EQ(files->bytes(), original_part_bytes + 3);
             const auto reader = open_originals(base.address(), StoreMode::read);
             EXPECT_EQ(reader->part(hash, 0), whole);
             EXPECT_EQ(reader->part(hash, 1), "end") << "what is there is left alone";
             EXPECT_FALSE(reader->part(hash, 2));
             EXPECT_FALSE(reader->part("'\xff", 0));
         }},
        {"a_file_goes_with_its_last_source",
         [](SharedBase& base) {
             const auto store = open_store(base.address(), StoreMode::write);
             const std::int64_t one = source_of(*store, "/d/one.md"), two = source_of(*store, "/d/two.md");
             const auto files = open_originals(base.address(), StoreMode::write);
             const std::string hash(64, 'a');
             files->put(hash, 1, 0, std::vector<std::string>{"x"}, 10);
             for (const std::int64_t id : {one, two}) files->link(id, {hash, "na\xffme", "text/plain"});
             const auto found = files->of_source(two);
             ASSERT_TRUE(found);
             EXPECT_EQ(found->hash, hash);
             EXPECT_EQ(found->name, "na\xffme");
             EXPECT_EQ(found->type, "text/plain");
             EXPECT_EQ(found->bytes, 1U);
             store->remove(std::vector<std::string>{"/d/one.md"});
             EXPECT_TRUE(files->is_complete(hash));
             store->remove(std::vector<std::string>{"/d/two.md"});
             EXPECT_FALSE(files->of_source(two));
             EXPECT_EQ(files->bytes(), 0U);
             EXPECT_FALSE(files->part(hash, 0));
         }},
        {"a_file_goes_when_its_source_has_another",
         [](SharedBase& base) {
             const auto store = open_store(base.address(), StoreMode::write);
             const std::int64_t source = source_of(*store, "/d/one.md");
             const auto files = open_originals(base.address(), StoreMode::write);
             const std::string before(64, 'a'), after(64, 'b');
             for (const std::string& hash : {before, after}) {
                 files->put(hash, 1, 0, std::vector<std::string>{"x"}, 10);
                 files->link(source, {hash, "n", ""});
                 files->link(source, {hash, "other name", ""});
             }
             EXPECT_FALSE(files->is_complete(before));
             EXPECT_EQ(files->of_source(source)->hash, after);
             EXPECT_EQ(files->of_source(source)->name, "other name");
         }},
        {"files_without_a_source_go_after_a_while",
         [](SharedBase& base) {
             const auto files = open_originals(base.address(), StoreMode::write);
             const std::string old(64, 'a'), wanted(64, 'b'), fresh(64, 'c');
             files->put(old, 1, 0, std::vector<std::string>{"x"}, 10);
             files->put(wanted, 1, 0, std::vector<std::string>{"x"}, 10);
             files->put(fresh, 1, 0, std::vector<std::string>{"x"}, 20);
             EXPECT_EQ(files->remove_orphans(20, std::vector<std::string>{wanted}), 1U);
             EXPECT_FALSE(files->is_complete(old));
             EXPECT_TRUE(files->is_complete(wanted));
             EXPECT_TRUE(files->is_complete(fresh));
         }},
    };
}

class AnswerContract : public SharedContract {};
TEST_P(AnswerContract, holds) { run(); }
INSTANTIATE_TEST_SUITE_P(Engines, AnswerContract,
                         ::testing::Combine(::testing::ValuesIn(shared_engines()),
                                            ::testing::ValuesIn(response_cases())),
                         case_name);

class OriginalContract : public SharedContract {};
TEST_P(OriginalContract, holds) { run(); }
INSTANTIATE_TEST_SUITE_P(Engines, OriginalContract,
                         ::testing::Combine(::testing::ValuesIn(shared_engines()),
                                            ::testing::ValuesIn(original_cases())),
                         case_name);

}  // namespace
}  // namespace quarry::store::contract
