// Who comes in, and who does not: keys, passwords, tokens, cookies, and what is made to look like them.
#include "core/serve/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "core/base/base64.h"
#include "core/crypto/jwt.h"
#include "core/crypto/secret.h"
#include "tests/unit/serve/users_fixture.h"

namespace quarry::serve {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::ServeCall;

std::string basic(const std::string& pair) { return "Basic " + to_base64(pair); }

TEST_F(UsersTest, KeysComeInUntilTheyAreRevokedOrExpire) {
    const std::string secret = key("wiki", {"search"}, {{"main"}});
    EXPECT_EQ(me("Bearer " + secret), 200);
    EXPECT_EQ(me(basic("anybody:" + secret)), 200);
    EXPECT_EQ(status(as("Bearer " + secret, request("POST", "/api/v1/search", R"({"query": "tides"})"))), 200);
    EXPECT_EQ(status(as("Bearer " + secret, request("GET", "/api/v1/documents"))), 403);
    EXPECT_EQ(me("Bearer " + secret + "x"), 401);
    EXPECT_EQ(me("Bearer qk_"), 401);
    EXPECT_EQ(users().keys().at(0).key.secret, "");
    users().revoke_key("wiki");
    EXPECT_EQ(me("Bearer " + secret), 401);
    const std::string brief =
        users().add_key({.name = "brief", .scopes = {"search"}, .expires_in = std::int64_t{60}}).secret;
    EXPECT_EQ(me("Bearer " + brief), 200);
    now_ -= 120;
    const std::string over =
        users().add_key({.name = "over", .scopes = {"search"}, .expires_in = std::int64_t{60}}).secret;
    EXPECT_EQ(me("Bearer " + over), 401);
    EXPECT_THAT(log_, Not(HasSubstr(brief)));
}

TEST_F(UsersTest, AKeyDoesNoMoreThanItsUser) {
    const std::string secret = key("laptop", {"search", "read", "admin"}, {{"main", "work"}}, "ada@example.org");
    ServeCall who(*service_, as("Bearer " + secret, request("GET", "/api/v1/me")));
    EXPECT_EQ(who.json().at("scopes"), nlohmann::json({"read", "search"}));
    EXPECT_EQ(who.json().at("collections"), nlohmann::json({{"main", "read"}}));
    static_cast<void>(users().change_user("ada@example.org", {.disabled = true}));
    EXPECT_EQ(me("Bearer " + secret), 401);
}

TEST_F(UsersTest, PasswordsComeInByBasicAndTokens) {
    EXPECT_EQ(me(basic("ADA@example.org:correct horse")), 200);
    EXPECT_EQ(me(basic("ada@example.org:wrong horse")), 401);
    EXPECT_EQ(me(basic("eve@example.org:correct horse")), 401);
    const nlohmann::json token = token_for("correct+horse");
    ServeCall who(*service_, as("Bearer " + token.at("access_token").get<std::string>(), request("GET", "/api/v1/me")));
    EXPECT_EQ(who.json().at("display_name"), "ada@example.org");
    EXPECT_EQ(token.at("token_type"), "Bearer");
    EXPECT_EQ(token_for("wrong").at("error"), "invalid_grant");
    users().set_password("ada@example.org", "another horse");
    EXPECT_EQ(me("Bearer " + token.at("access_token").get<std::string>()), 401);
    EXPECT_EQ(me(basic("ada@example.org:correct horse")), 401);
    EXPECT_EQ(me(basic("ada@example.org:another horse")), 200);
    std::string actions;
    for (const store::AuditEntry& entry : users().audit(0, 100)) actions += entry.action + " " + entry.outcome + "\n";
    EXPECT_THAT(actions, HasSubstr("sign-in refused"));
    EXPECT_THAT(actions, HasSubstr("sign-in ok"));
    EXPECT_THAT(actions, HasSubstr("user.passwd ok"));
}

TEST_F(UsersTest, ARefreshTokenThatIsUsedTwiceEndsAll) {
    const nlohmann::json first = token_for("correct+horse");
    const auto refresh = [&](const nlohmann::json& before) {
        return ServeCall(*service_, form("/auth/token", "grant_type=refresh_token&refresh_token=" +
                                                            before.at("refresh_token").get<std::string>()))
            .json();
    };
    const nlohmann::json second = refresh(first), third = refresh(second);
    EXPECT_EQ(me("Bearer " + third.at("access_token").get<std::string>()), 200);
    EXPECT_EQ(refresh(first).at("error"), "invalid_grant");
    for (const nlohmann::json& one : {first, second, third}) {
        EXPECT_EQ(me("Bearer " + one.at("access_token").get<std::string>()), 401);
    }
    EXPECT_EQ(refresh(third).at("error"), "invalid_grant");
    EXPECT_EQ(refresh({{"refresh_token", "qr_nobody"}}).at("error"), "invalid_grant");
}

TEST_F(UsersTest, SigningOutEndsASession) {
    const std::string token = "Bearer " + token_for("correct+horse").at("access_token").get<std::string>();
    EXPECT_EQ(me(token), 200);
    EXPECT_EQ(status(as(token, request("POST", "/auth/sign-out", "{}"))), 200);
    EXPECT_EQ(me(token), 401);
    ServeCall signing(*service_, as({}, request("POST", "/auth/session",
                                                R"({"email": "ada@example.org", "password": "correct horse"})")));
    EXPECT_EQ(signing.response().status, 200);
    const std::string cookie(signing.response().header("Set-Cookie"));
    const net::Request with_cookie =
        with(as({}, request("GET", "/api/v1/me")), "Cookie", cookie.substr(0, cookie.find(';')));
    EXPECT_EQ(status(with_cookie), 200);
    const std::string csrf = ServeCall(*service_, with_cookie).json().at("csrf");
    const net::Request leaving =
        with(as({}, request("POST", "/auth/sign-out", "{}")), "Cookie", cookie.substr(0, cookie.find(';')));
    EXPECT_EQ(status(leaving), 403);
    EXPECT_EQ(status(with(leaving, Access::csrf_field.data(), "0")), 403);
    EXPECT_EQ(status(with_cookie), 200);
    EXPECT_EQ(status(with(leaving, Access::csrf_field.data(), csrf)), 200);
    EXPECT_EQ(status(with_cookie), 401);
}

TEST_F(UsersTest, TokensThatWereTamperedWithAreRefused) {
    const auto real = token_for("correct+horse").at("access_token").get<std::string>();
    const auto base = store::open_users(folder_.path() / "base.db", store::StoreMode::read);
    const store::SigningKey signing = base->signing_keys().at(0);
    const nlohmann::json claims = crypto::read_jwt(real)->claims;
    const auto changed = [&](const char* name, nlohmann::json value) {
        nlohmann::json other = claims;
        if (value.is_null()) {
            other.erase(name);
        } else {
            other[name] = std::move(value);
        }
        return crypto::make_jwt(other, signing.id, signing.secret);
    };
    const auto with_header = [&](const nlohmann::json& header) {
        return crypto::to_base64url(header.dump()) + real.substr(real.find('.'));
    };
    const std::string body = real.substr(0, real.rfind('.') + 1);
    ASSERT_EQ(me("Bearer " + real), 200);
    ASSERT_EQ(me("Bearer " + changed("extra", 1)), 200);  // what is made here is as good as what the server makes
    struct Case {
        const char* name;
        std::string token;
    };
    const std::string signature = real.substr(real.rfind('.') + 1);
    for (const Case& one : {
             Case{"another signature", body + (signature[0] == 'A' ? "B" : "A") + signature.substr(1)},
             Case{"no signature", body},
             Case{"alg none", with_header({{"alg", "none"}, {"kid", signing.id}})},
             Case{"alg none without a signature",
                  crypto::to_base64url(R"({"alg":"none"})") + "." + crypto::to_base64url(claims.dump()) + "."},
             Case{"alg RS256", with_header({{"alg", "RS256"}, {"kid", signing.id}})},
             Case{"alg hs256", with_header({{"alg", "hs256"}, {"kid", signing.id}})},
             Case{"crit", with_header({{"alg", "HS256"}, {"kid", signing.id}, {"crit", {"x"}}})},
             Case{"no kid", crypto::make_jwt(claims, "", signing.secret)},
             Case{"a kid that is a path", crypto::make_jwt(claims, "../../dev/null", "")},
             Case{"a kid that is SQL", crypto::make_jwt(claims, "' OR 1=1 --", signing.secret)},
             Case{"an empty key", crypto::make_jwt(claims, signing.id, "")},
             Case{"the kid as key", crypto::make_jwt(claims, signing.id, signing.id)},
             Case{"expired", changed("exp", 1'799'999'999)},
             Case{"no expiry", changed("exp", nullptr)},
             Case{"expiry as text", changed("exp", "9999999999")},
             Case{"from later", changed("iat", 1'900'000'000)},
             Case{"not yet", changed("nbf", 1'900'000'000)},
             Case{"another issuer", changed("iss", "evil")},
             Case{"no issuer", changed("iss", nullptr)},
             Case{"another audience", changed("aud", "evil")},
             Case{"an audience of others", changed("aud", {"evil", "worse"})},
             Case{"another user", changed("sub", "0123456789abcdef0123456789abcdef")},
             Case{"a user that is a list", changed("sub", {1})},
             Case{"another session", changed("sid", "0123456789abcdef0123456789abcdef")},
             Case{"no session", changed("sid", nullptr)},
             Case{"before all sessions", changed("iat", 1)},
             Case{"four parts", real + ".a"},
             Case{"empty parts", ".."},
             Case{"no base64url", "a+b." + real},
             Case{"deep claims", crypto::to_base64url(R"({"alg":"HS256"})") + "." +
                                     crypto::to_base64url(std::string(2000, '[')) + ".AAAA"},
             Case{"no UTF-8", crypto::to_base64url("{\"alg\":\"\xff\"}") + real.substr(real.find('.'))},
             Case{"huge", changed("extra", std::string(10'000, 'x'))},
         }) {
        EXPECT_EQ(me("Bearer " + one.token), 401) << one.name;
    }
}

TEST_F(UsersTest, CredentialsThatAreNoneAreRefused) {
    for (const std::string& one :
         {std::string("Bearer"), std::string("Bearer "), std::string("Basic"), std::string("Basic !!!"),
          basic("no colon"), basic(":"), basic("ada@example.org:"), basic("@:x"),
          basic(std::string("ada@example.org\0:x", 18)), std::string("Digest username=ada"),
          "Bearer " + std::string(9000, 'a'), basic("ada@example.org:" + std::string(9000, 'a')),
          std::string("Bearer qk_\x01\xff"), std::string("bearer\tqk_x"),
          std::string("Bearer qt_") + std::string(43, 'A')}) {
        EXPECT_EQ(me(one), 401) << one.substr(0, 80);
    }
}

TEST_F(UsersTest, AttemptsAreCountedByAddressAndEmail) {
    // Ten, and more on a machine so slow that some have come back meanwhile.
    int wrong = 0;
    while (wrong < 100 && me(basic("ada@example.org:wrong")) == 401) ++wrong;
    EXPECT_GE(wrong, 10);
    EXPECT_LT(wrong, 100);
    ServeCall one(*service_,
                  form("/auth/token", "grant_type=password&username=ada%40example.org&password=correct+horse"));
    EXPECT_EQ(one.response().status, 429);
    EXPECT_NE(one.response().header("Retry-After"), "");
    // Those with a key are not held up by it.
    EXPECT_EQ(me("Bearer " + key("wiki", {"search"}, {})), 200);
}

TEST(Attempts, ComeBackWithTime) {
    Attempts attempts(2, std::chrono::seconds(10));
    const Attempts::Time begin{};
    EXPECT_TRUE(attempts.take("a", begin));
    EXPECT_TRUE(attempts.take("a", begin));
    EXPECT_FALSE(attempts.take("a", begin));
    EXPECT_TRUE(attempts.take("b", begin));
    EXPECT_TRUE(attempts.take("a", begin + std::chrono::seconds(10)));
    EXPECT_FALSE(attempts.take("a", begin + std::chrono::seconds(10)));
    attempts.give_back("a");
    EXPECT_TRUE(attempts.take("a", begin + std::chrono::seconds(10)));
    for (int i = 0; i < 20'000; ++i) static_cast<void>(attempts.take(std::to_string(i), begin));
    EXPECT_FALSE(attempts.take("one more", begin));
}

}  // namespace
}  // namespace quarry::serve
