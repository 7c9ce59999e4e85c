#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/file.h"
#include "core/serve/service.h"
#include "core/store/store.h"
#include "tests/support/serve_client.h"
#include "tests/unit/store/prepared.h"

namespace quarry::serve {

/// A service with two documents, without a model and without sockets.
class ServiceTest : public ::testing::Test {
protected:
    ServiceTest() {
        const auto store = store::open_store(folder_.path() / "base.db", store::StoreMode::create);
        const std::vector<store::PreparedSource> sources = {
            testing::prepared("/d/moon.md", "The moon is far away from the earth.\nIt makes the tides."),
            testing::prepared("/d/sun.md", "The sun is hot and far away too.")};
        store->put(sources);
        config_.set_flag("embed.provider", "none", "test");
        config_.set_flag("chat.provider", "extractive", "test");
        make_service({});
    }
    void make_service(RunLimits limits) {
        service_.reset();
        const app::Services services{config_,
                                     [](const std::string&) { return std::optional<std::string>(); },
                                     folder_.path() / "base.db",
                                     cancel_,
                                     notices_,
                                     [] { return std::int64_t{1'800'000'000}; }};
        workspace_ = std::make_unique<app::Workspace>(services);
        options_.runs = limits;
        options_.fetch_keys = fetch_keys_;
        service_ = std::make_unique<Service>(*workspace_, options_);
    }

    [[nodiscard]] net::Request request(std::string method, std::string target, std::string body = {}) const {
        net::Request made{
            .method = std::move(method),
            .target = std::move(target),
            .headers = {{"Host", "localhost:1"}, {"Authorization", "Bearer " + service_->access().token()}},
            .body = std::move(body),
            .peer = "127.0.0.1"};
        if (!made.body.empty()) made.headers.push_back({"Content-Type", "application/json"});
        return made;
    }
    [[nodiscard]] testing::ServeCall call(std::string method, std::string target, std::string body = {}) {
        return {*service_, request(std::move(method), std::move(target), std::move(body))};
    }
    [[nodiscard]] int status(const net::Request& made) { return testing::ServeCall(*service_, made).response().status; }
    static net::Request with(net::Request made, std::string name, std::string value) {
        std::erase_if(made.headers, [&](const net::Header& header) { return header.name == name; });
        made.headers.push_back({std::move(name), std::move(value)});
        return made;
    }

    TemporaryDirectory folder_;
    config::Config config_ = config::Config::defaults();
    Cancellation cancel_;
    app::SilentNotices notices_;
    std::string log_;
    std::function<std::string(const std::string& url)> fetch_keys_{};
    ServiceOptions options_{.version = "1",
                            .hosts = {"docs.example.org"},
                            .origins = {"https://wiki.example.org"},
                            .private_paths = {folder_.path().string()},
                            .clock = [] { return std::int64_t{1'800'000'000}; },
                            .log = [this](std::string_view line) { log_ += line; }};
    std::unique_ptr<app::Workspace> workspace_;
    std::unique_ptr<Service> service_;
};

}  // namespace quarry::serve
