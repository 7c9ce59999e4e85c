// The page's files, how browsers come to it, and what only it asks for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "core/net/compression.h"
#include "core/serve/page_file.h"
#include "core/serve/service.h"
#include "tests/unit/serve/service_fixture.h"

namespace quarry::serve {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ServeCall;

TEST_F(ServiceTest, ABrowserSignsInByTheTokenAndSendsItsOwn) {
    const auto cookie_for = [&](const std::string& body) {
        ServeCall signing = call("POST", "/auth/session", body);
        const std::string set(signing.response().header("Set-Cookie"));
        return signing.response().status == 200 ? set.substr(0, set.find(';')) : std::string();
    };
    EXPECT_EQ(cookie_for(R"({"token": "qt_0"})"), "");
    EXPECT_EQ(call("POST", "/auth/session", "{}").response().status, 422);
    const std::string token = nlohmann::json({{"token", service_->access().token()}}).dump();
    const std::string first = cookie_for(token), second = cookie_for(token);
    const auto by_cookie = [&](const std::string& cookie, net::Request request) {
        std::erase_if(request.headers, [](const net::Header& header) { return header.name == "Authorization"; });
        return with(std::move(request), "Cookie", cookie);
    };
    const net::Request search = request("POST", "/api/v1/search", R"({"query": "moon"})");
    const std::string csrf = ServeCall(*service_, by_cookie(first, request("GET", "/api/v1/me"))).json().at("csrf");
    EXPECT_EQ(status(by_cookie(first, search)), 403);
    EXPECT_EQ(status(with(by_cookie(second, search), "X-CSRF-Token", csrf)), 403);
    EXPECT_EQ(status(with(by_cookie(first, search), "X-CSRF-Token", csrf)), 200);
    EXPECT_EQ(service_->refusal_of_file(by_cookie(first, request("POST", "/api/v1/documents/upload"))).first, 403);
    // One browser leaves, the other stays.
    EXPECT_EQ(status(with(by_cookie(first, request("POST", "/auth/sign-out", "{}")), "X-CSRF-Token", csrf)), 200);
    EXPECT_EQ(status(by_cookie(first, request("GET", "/api/v1/me"))), 401);
    EXPECT_EQ(status(by_cookie(second, request("GET", "/api/v1/me"))), 200);
}

TEST_F(ServiceTest, ThePrintedAddressLeadsABrowserToThePage) {
    const auto visit = [&] {
        return ServeCall(*service_, with(request("GET", "/sign-in?code=" + service_->access().code()), "Accept",
                                         "text/html,application/xhtml+xml"));
    };
    ServeCall first = visit();
    EXPECT_EQ(first.response().status, 303);
    EXPECT_EQ(first.response().header("Location"), "/");
    EXPECT_THAT(std::string(first.response().header("Set-Cookie")), HasSubstr("HttpOnly; SameSite=Strict"));
    ServeCall again = visit();
    EXPECT_EQ(again.response().header("Location"), "/#/sign-in?used");
    EXPECT_EQ(again.response().header("Set-Cookie"), "");
    ServeCall page = call("GET", "/");
    EXPECT_EQ(page.response().header("Content-Type"), "text/html; charset=utf-8");
    EXPECT_THAT(std::string(page.response().header("Content-Security-Policy")), HasSubstr("require-trusted-types-for"));
    EXPECT_EQ(call("GET", "/page/main.js").response().header("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(call("GET", "/page/..%2Fmain.js").response().status, 404);
}

/// What browsers fetch of the page for all its views, compressed, stays small.
TEST_F(ServiceTest, ThePageIsSmall) {
    std::size_t bytes = 0;
    for (const auto files : {page_files(), plot_files()}) {
        for (const PageFile& file : files) {
            bytes += net::compressed(file.content, net::Coding::gzip).value_or(std::string(file.content)).size();
        }
    }
    EXPECT_LT(bytes, 150'000U);
}

TEST_F(ServiceTest, ASearchCountsWhatItsDocumentsHaveInCommon) {
    const std::string tagged =
        R"({"documents": [{"id": "a", "text": "Comets have tails.", "metadata": {"tags": ["Ice", "sky"]}},
        {"id": "b", "text": "Comets come back.", "metadata": {"keywords": "sky, dust"}}]})";
    ASSERT_EQ(call("POST", "/api/v1/documents", tagged).response().status, 200);
    const auto found = call("POST", "/api/v1/search", R"({"query": "comets", "facets": true})").json();
    const nlohmann::json tags = {{{"value", "sky"}, {"documents", 2}},
                                 {{"value", "dust"}, {"documents", 1}},
                                 {{"value", "ice"}, {"documents", 1}}};
    EXPECT_EQ(found.at("facets").at("tags"), tags);
    EXPECT_EQ(found.at("facets").at("collections").at(0).at("value"), "main");
    EXPECT_FALSE(call("POST", "/api/v1/search", R"({"query": "comets"})").json().contains("facets"));
}

TEST_F(ServiceTest, ADeletionSaysFirstWhatWouldGo) {
    ASSERT_EQ(call("POST", "/api/v1/documents", R"({"documents": [{"id": "c", "text": "Rings."}]})").response().status,
              200);
    const auto said = call("POST", "/api/v1/documents/delete", R"({"documents": ["c"], "dry_run": true})").json();
    EXPECT_EQ(said.at("documents"), nlohmann::json({"c"}));
    EXPECT_EQ(said.at("removed"), 0);
    EXPECT_EQ(said.at("lost"), nlohmann::json({"c"}));
    EXPECT_EQ(call("GET", "/api/v1/documents/c").response().status, 200);
    EXPECT_EQ(call("POST", "/api/v1/documents/delete", R"({"documents": ["c"]})").json().at("removed"), 1);
    EXPECT_EQ(call("GET", "/api/v1/documents/c").response().status, 404);
}

TEST_F(ServiceTest, PagesAreDrawnOfPdfFilesOnly) {
    const auto view = call("GET", "/api/v1/documents/%2Fd%2Fmoon.md/pages?start_byte=0&end_byte=4").json();
    EXPECT_EQ(view.at("drawn"), false);
    EXPECT_EQ(view.at("reason"), "it has no pages");
    EXPECT_THAT(view.at("places"), IsEmpty());
    EXPECT_EQ(call("GET", "/api/v1/documents/%2Fd%2Fmoon.md/pages?start_byte=4&end_byte=4").response().status, 400);
    EXPECT_EQ(call("GET", "/api/v1/documents/%2Fd%2Fmoon.md/pages/1/image").response().status, 404);
    EXPECT_EQ(call("GET", "/api/v1/documents/nothing/pages/1/image").response().status, 404);
    EXPECT_EQ(call("GET", "/api/v1/documents/nothing/pages/0/image").response().status, 422);
}

}  // namespace
}  // namespace quarry::serve
