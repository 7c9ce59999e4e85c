// Users and what belongs to them, as the base keeps it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/base/error.h"
#include "tests/unit/store/contract/engine.h"

namespace quarry::store::contract {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class UserRepositoryTest : public ::testing::TestWithParam<SharedEngine> {
protected:
    UserRepositoryTest() {
        const auto store = open_store(path(), StoreMode::write);
        store->add_collection("work", "", 1);
        users_ = open_users(path(), StoreMode::write);
        users_->add_user({.id = "u1", .email = "ada@example.org", .scopes = {"search", "ask"}, .created_at = 5});
    }
    [[nodiscard]] std::filesystem::path path() const { return base_->address(); }

    std::unique_ptr<SharedBase> base_ = GetParam().open();
    std::unique_ptr<UserRepository> users_;
};

TEST_P(UserRepositoryTest, KeepsUsers) {
    User user = *users_->user("u1");
    EXPECT_EQ(user.scopes, (std::vector<std::string>{"search", "ask"}));
    EXPECT_THROW(users_->add_user({.id = "u2", .email = "ada@example.org"}), Error);
    user.name = "Ada";
    user.limit = {.max_tokens = 7, .max_cost = 0.5};
    user.disabled_at = 9;
    users_->change_user(user);
    const User same = *open_users(path(), StoreMode::read)->user_by_email("ada@example.org");
    EXPECT_EQ(same.name, "Ada");
    EXPECT_EQ(same.limit.max_tokens, 7);
    EXPECT_EQ(same.limit.max_cost, 0.5);
    EXPECT_EQ(same.disabled_at, 9);
    EXPECT_EQ(same.created_at, 5);
    EXPECT_FALSE(users_->user("u3"));
    EXPECT_FALSE(users_->remove_user("u3"));
}

TEST_P(UserRepositoryTest, AKeyIsFoundByItsHashAlone) {
    const std::string hash(32, '\x7f');
    users_->add_key({.id = "k1", .name = "wiki", .user_id = "u1", .secret = hash, .scopes = {"ask"}, .created_at = 1},
                    {{"key:k1", "work", GrantedAccess::write}});
    EXPECT_EQ(users_->key_by_secret(hash)->name, "wiki");
    EXPECT_FALSE(users_->key_by_secret(std::string(32, 'x')));
    EXPECT_EQ(users_->keys().at(0).secret, "");
    EXPECT_THROW(users_->add_key({.id = "k2", .name = "wiki", .secret = std::string(32, 'y')}, {}), Error);
    EXPECT_THROW(users_->add_key({.id = "k3", .name = "other", .secret = std::string(32, 'z')},
                                 {{"key:k3", "nowhere", GrantedAccess::read}}),
                 Error);
    EXPECT_THAT(users_->keys(), SizeIs(1));  // the key goes with the grant that could not be made
    users_->note_use("k1", 77);
    EXPECT_EQ(users_->keys().at(0).last_used_at, 77);
    EXPECT_TRUE(users_->remove_key("k1"));
    EXPECT_THAT(users_->grants({}), IsEmpty());
}

TEST_P(UserRepositoryTest, AGrantGoesWithItsCollection) {
    users_->set_grant({"user:u1", "work", GrantedAccess::read});
    users_->set_grant({"user:u1", "work", GrantedAccess::admin});
    ASSERT_THAT(users_->grants("user:u1"), SizeIs(1));
    EXPECT_EQ(users_->grants("user:u1").at(0).access, GrantedAccess::admin);
    const auto store = open_store(path(), StoreMode::write);
    store->remove_collection("work");
    store->add_collection("later", "", 2);  // it may get the same number
    EXPECT_THAT(users_->grants({}), IsEmpty());
}

TEST_P(UserRepositoryTest, ARefreshTokenIsExchangedOnce) {
    const std::string first(32, 'a'), second(32, 'b'), third(32, 'c');
    users_->add_sign_in({.secret = first, .user_id = "u1", .family = "f", .issued_at = 1, .expires_at = 100});
    EXPECT_TRUE(users_->exchange(first, {.secret = second, .user_id = "u1", .family = "f", .expires_at = 100}, 2));
    EXPECT_FALSE(users_->exchange(first, {.secret = third, .user_id = "u1", .family = "f", .expires_at = 100}, 3));
    EXPECT_EQ(users_->sign_in(first)->used_at, 2);
    EXPECT_FALSE(users_->sign_in(third));
    users_->end_family("u1", "f");
    EXPECT_FALSE(users_->has_family("u1", "f"));
    EXPECT_FALSE(users_->sign_in(second));
}

TEST_P(UserRepositoryTest, SpendingAndTheAuditLogAddUp) {
    users_->add_spending("user:u1", "2026-11", {5, 0.5});
    users_->add_spending("user:u1", "2026-11", {6, 0.25});
    EXPECT_EQ(users_->spent("user:u1", "2026-11").tokens, 11);
    EXPECT_EQ(users_->spent("user:u1", "2026-11").cost, 0.75);
    EXPECT_EQ(users_->spent("user:u1", "2026-12").tokens, 0);
    for (std::int64_t at = 1; at <= 5; ++at)
        users_->add_audit({.at = at, .action = "sign-in", .outcome = "ok"}, at - 2);
    EXPECT_THAT(users_->audit(0, 10), SizeIs(3));
    const std::int64_t newest = users_->audit(0, 1).at(0).id;
    EXPECT_EQ(users_->audit(newest, 1).at(0).at, 4);
}

TEST_P(UserRepositoryTest, ARemovedUserTakesAllAlong) {
    users_->add_key({.id = "k1", .name = "wiki", .user_id = "u1", .secret = std::string(32, 'k')},
                    {{"key:k1", "main", GrantedAccess::read}});
    users_->set_grant({"user:u1", "main", GrantedAccess::read});
    users_->add_sign_in({.secret = std::string(32, 's'), .user_id = "u1", .family = "f", .expires_at = 100});
    for (const char* principal : {"owner", "user:u1", "key:k1"}) {
        users_->add_spending(principal, "2026-11", {1, 1});
        open_conversations(path(), StoreMode::write, principal)->open("talk", 1);
    }
    EXPECT_TRUE(users_->remove_user("u1"));
    EXPECT_THAT(users_->keys(), IsEmpty());
    EXPECT_THAT(users_->grants({}), IsEmpty());
    EXPECT_FALSE(users_->sign_in(std::string(32, 's')));
    EXPECT_EQ(users_->conversation_owners(), std::vector<std::string>{"owner"});
    EXPECT_EQ(users_->spent("owner", "2026-11").tokens, 1);
    EXPECT_EQ(users_->spent("key:k1", "2026-11").tokens, 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, UserRepositoryTest, ::testing::ValuesIn(shared_engines()), engine_name);

}  // namespace
}  // namespace quarry::store::contract
