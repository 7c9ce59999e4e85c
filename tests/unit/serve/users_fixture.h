#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/app/user_service.h"
#include "tests/unit/serve/service_fixture.h"

namespace quarry::serve {

/// A service whose base has two collections, a user and whoever a test adds.
class UsersTest : public ServiceTest {
protected:
    UsersTest() {
        const auto store = store::open_store(folder_.path() / "base.db", store::StoreMode::write);
        store->add_collection("work", "", 1);
        static_cast<void>(users().add_user({.email = "Ada@example.org", .password = "correct horse"}));
        static_cast<void>(users().grant("main", "ada@example.org", store::GrantedAccess::read));
    }
    /// What the command line does; the server notices at once.
    [[nodiscard]] app::UserService users(app::Administrator administrator = {}) {
        service_->access().forget();
        return {services_, std::move(administrator)};
    }
    [[nodiscard]] std::string key(const std::string& name, std::vector<std::string> scopes,
                                  std::optional<std::vector<std::string>> collections, const std::string& user = {}) {
        return users()
            .add_key({.name = name, .scopes = std::move(scopes), .collections = std::move(collections), .user = user})
            .secret;
    }
    /// A request of somebody: with the value of Authorization, or without any.
    [[nodiscard]] net::Request as(const std::string& authorization, net::Request made) const {
        std::erase_if(made.headers, [](const net::Header& header) { return header.name == "Authorization"; });
        if (!authorization.empty()) made.headers.push_back({"Authorization", authorization});
        return made;
    }
    [[nodiscard]] net::Request form(const std::string& target, std::string body) const {
        net::Request made = as({}, request("POST", target, std::move(body)));
        return with(std::move(made), "Content-Type", "application/x-www-form-urlencoded");
    }
    [[nodiscard]] nlohmann::json token_for(const std::string& password) {
        return testing::ServeCall(
                   *service_,
                   form("/auth/token", "grant_type=password&username=ada%40example.org&password=" + password))
            .json();
    }
    [[nodiscard]] int me(const std::string& authorization) {
        return status(as(authorization, request("GET", "/api/v1/me")));
    }

    std::int64_t now_ = 1'800'000'000;
    app::Services services_{config_,
                            [](const std::string&) { return std::optional<std::string>(); },
                            folder_.path() / "base.db",
                            cancel_,
                            notices_,
                            [this] { return now_; }};
};

}  // namespace quarry::serve
