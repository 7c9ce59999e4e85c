// The operations that every door offers, on a real base.
#include "core/app/operation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "core/app/agent_memory.h"
#include "core/base/file.h"
#include "core/base/json_schema.h"
#include "core/store/store.h"
#include "core/wire/document_schema.h"
#include "tests/unit/store/prepared.h"

namespace quarry::app {
namespace {

using Json = nlohmann::json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

class OperationTest : public ::testing::Test {
protected:
    OperationTest() {
        const auto store = store::open_store(folder_.path() / "base.db", store::StoreMode::create);
        const std::vector<store::PreparedSource> sources = {
            testing::prepared("/d/moon.md", "The moon is far away from the earth.\nIt shines.\nIt makes the tides."),
            testing::prepared("/d/sun.md", "The sun is hot and far away too.")};
        store->put(sources);
        config_.set_flag("embed.provider", "none", "test");
    }

    /// Runs an operation; what it gives fits its schema.
    [[nodiscard]] Json run(const std::string& name, const Json& request, const Principal& caller = {}) {
        const Services services{config_,
                                [](const std::string&) { return std::optional<std::string>(); },
                                folder_.path() / "base.db",
                                cancel_,
                                notices_,
                                [] { return std::int64_t{1'800'000'000}; }};
        RequestScope scope = services.scope();
        scope.principal = caller;
        Workspace workspace(services);
        const Operation* const operation = find_operation(name);
        if (operation == nullptr) throw std::logic_error("there is no operation " + name);
        Json document = Json::parse(run_operation(*operation, request, {workspace, scope}).dump());
        const std::string schema = document.at("schema").get<std::string>();
        EXPECT_THAT(operation->responses, ::testing::Contains(schema));
        EXPECT_THAT(JsonSchema(wire::find_document_schema(schema)->json).problems(document), IsEmpty());
        return document;
    }
    [[nodiscard]] std::vector<std::string> listed(const Json& request) {
        std::vector<std::string> uris;
        const Json list = run("list_documents", request);
        for (const Json& document : list.at("documents")) uris.push_back(document.at("uri"));
        return uris;
    }

    TemporaryDirectory folder_;
    config::Config config_ = config::Config::defaults();
    Cancellation cancel_;
    SilentNotices notices_;
};

TEST(Operations, AreDescribedForEveryDoor) {
    std::set<std::string> names;
    for (const Operation& operation : operations()) {
        EXPECT_TRUE(names.insert(operation.name).second) << operation.name;
        EXPECT_THAT(operation.name, MatchesRegex("[a-z_]{1,64}"));
        EXPECT_THAT(operation.summary, ::testing::EndsWith("."));
        EXPECT_TRUE(JsonSchema(operation.request.dump()).is_of_object()) << operation.name;
        for (const auto& [property, schema] : operation.request.at("properties").items()) {
            EXPECT_TRUE(schema.contains("description")) << operation.name << "." << property;
        }
        ASSERT_FALSE(operation.responses.empty()) << operation.name;
        for (const std::string& response : operation.responses) {
            EXPECT_NE(wire::find_document_schema(response), nullptr) << response;
        }
        EXPECT_EQ(operation.effect != Effect::none, operation.permission == Permission::write) << operation.name;
    }
    for (const char* name :
         {"search", "ask", "read_document", "list_documents", "list_collections", "verify", "ingest", "delete_document",
          "migrate_status", "migrate_check", "migrate_plan", "migrate_lint", "eval"}) {
        EXPECT_TRUE(names.contains(name)) << name;
    }
}

/// Parameters of a schema, at any depth, that say nothing of themselves: "documents.title".
void undescribed(const Json& schema, const std::string& path, std::vector<std::string>& found) {
    if (schema.is_object() && schema.contains("properties")) {
        for (const auto& [name, property] : schema["properties"].items()) {
            const std::string here = path.empty() ? name : path + "." + name;
            if (property.value("description", "").empty()) found.push_back(here);
            undescribed(property, here, found);
        }
    }
    if (schema.is_object() && schema.contains("items")) undescribed(schema["items"], path, found);
}

TEST(OperationSchemas, DescribeEachParameter) {
    for (const Operation& operation : operations()) {
        std::vector<std::string> found;
        undescribed(Json(operation.request), "", found);
        EXPECT_THAT(found, IsEmpty()) << operation.name;
        EXPECT_FALSE(operation.summary.empty()) << operation.name;
    }
}

TEST_F(OperationTest, ToolsOfAgentsDescribeEachParameterToo) {
    const Services services{config_,
                            [](const std::string&) { return std::optional<std::string>(); },
                            folder_.path() / "base.db",
                            cancel_,
                            notices_,
                            [] { return std::int64_t{1'800'000'000}; }};
    Workspace workspace(services);
    const RequestScope scope = services.scope();
    for (const char* const name : {"remember", "recall"}) {
        std::vector<std::string> found;
        undescribed(Json::parse(make_memory_tool(name, workspace, scope, {})->definition().parameters), "", found);
        EXPECT_THAT(found, IsEmpty()) << name;
    }
}

TEST_F(OperationTest, ARequestThatDoesNotFitIsRefused) {
    for (const Json& request :
         {Json::object(), Json({{"query", ""}}), Json({{"query", "x"}, {"limit", 0}}),
          Json({{"query", "x"}, {"nonsense", 1}}), Json({{"query", "x"}, {"more_like", "y"}}), Json::array()}) {
        try {
            static_cast<void>(run("search", request));
            ADD_FAILURE() << request;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::usage) << request;
        }
    }
}

TEST_F(OperationTest, PassagesAndAnswersComeWithTheirPlaces) {
    const Json found = run("search", {{"query", "tides"}, {"limit", 1}});
    EXPECT_EQ(found.at("hits").at(0).at("uri"), "/d/moon.md");
    EXPECT_THAT(run("search", {{"query", "away"}, {"paths", {"/d/sun.md"}}}).at("hits"), ::testing::SizeIs(1));
    const Json answer = run("ask", {{"question", "How far is the moon?"}});
    EXPECT_TRUE(answer.at("answered"));
    EXPECT_TRUE(run("verify", {{"answer", answer}}).at("holds"));
}

TEST_F(OperationTest, DocumentsAreListedAPartAtATime) {
    EXPECT_THAT(listed(Json::object()), ElementsAre("/d/moon.md", "/d/sun.md"));
    const Json first = run("list_documents", {{"limit", 1}});
    EXPECT_EQ(first.at("total"), 2);
    EXPECT_EQ(first.at("next"), "/d/moon.md");
    EXPECT_THAT(listed({{"limit", 1}, {"after", first.at("next")}}), ElementsAre("/d/sun.md"));
    EXPECT_THAT(listed({{"status", "failed"}}), IsEmpty());
}

TEST_F(OperationTest, LinesOfADocumentAreRead) {
    const Json part = run("read_document", {{"document", "/d/moon.md"}, {"start_line", 2}, {"end_line", 2}});
    EXPECT_EQ(part.at("text"), "It shines.\n");
    EXPECT_EQ(part.at("part").at("lines"), 3);
    EXPECT_EQ(part.at("part").at("start_byte"), 37);
    EXPECT_EQ(run("read_document", {{"document", "/d/moon.md"}, {"start_line", 3}, {"end_line", 99}}).at("text"),
              "It makes the tides.");
    EXPECT_THROW(static_cast<void>(run("read_document", {{"document", "/d/moon.md"}, {"start_line", 4}})), Error);
    EXPECT_THROW(static_cast<void>(run("read_document", {{"document", "/d/moon.md"}, {"start_page", 1}})), Error);
    EXPECT_THROW(static_cast<void>(run("read_document", {{"document", "/d/mars.md"}})), Error);
}

TEST_F(OperationTest, ALongDocumentIsReadAPartAtATime) {
    std::string text;
    for (int i = 0; i < 1'500; ++i) text += "line " + std::to_string(i) + std::string(80, '.') + "\n";
    static_cast<void>(run("ingest", {{"documents", {{{"id", "long"}, {"text", text}}}}}));
    std::string read;
    for (std::size_t line = 1, parts = 0; parts < 10; ++parts) {
        const Json part = run("read_document", {{"document", "long"}, {"start_line", line}});
        EXPECT_LE(part.at("text").get<std::string>().size(), 100'000U);
        read += part.at("text").get<std::string>();
        line = part.at("part").at("end_line").get<std::size_t>() + 1;
        if (!part.at("part").at("cut").get<bool>()) break;
    }
    EXPECT_TRUE(read == text);
}

TEST_F(OperationTest, AVeryLongLineIsCutBetweenCharacters) {
    std::string text = "a";
    for (int i = 0; i < 60'000; ++i) text += "é";
    static_cast<void>(run("ingest", {{"documents", {{{"id", "line"}, {"text", text}}}}}));
    const Json part = run("read_document", {{"document", "line"}});
    EXPECT_TRUE(part.at("text") == text.substr(0, 99'999));
    EXPECT_TRUE(part.at("part").at("cut").get<bool>());
}

TEST_F(OperationTest, DocumentsComeAndGo) {
    const Json report = run("ingest", {{"documents", {{{"id", "mars"}, {"text", "Mars is red."}}}}});
    EXPECT_EQ(report.at("added"), 1);
    EXPECT_THAT(listed(Json::object()), ElementsAre("/d/moon.md", "/d/sun.md", "mars"));
    EXPECT_EQ(run("delete_document", {{"documents", {"mars"}}}).at("removed"), 1);
    EXPECT_THAT(listed(Json::object()), ElementsAre("/d/moon.md", "/d/sun.md"));
}

TEST_F(OperationTest, ARequestSeesItsCollections) {
    {
        const auto store = store::open_store(folder_.path() / "base.db", store::StoreMode::write);
        store->add_collection("hr", "About people", 0);
    }
    static_cast<void>(
        run("ingest", {{"documents", {{{"id", "leave"}, {"text", "Leave is 25 days."}}}}, {"collection", "hr"}}));
    EXPECT_EQ(run("list_collections", Json::object()).at("collections").size(), 2);
    EXPECT_THAT(listed({{"collections", {"hr"}}}), ElementsAre("leave"));
    EXPECT_THAT(run("search", {{"query", "days"}, {"collections", {"main"}}}).at("hits"), IsEmpty());
}

TEST_F(OperationTest, FilesAreReadForTheOwnerAlone) {
    const std::filesystem::path file = folder_.path() / "venus.txt";
    std::ofstream(file) << "Venus is bright.";
    const Json request = {{"paths", {file.string()}}};
    EXPECT_THROW(static_cast<void>(run("ingest", request, {"guest"})), Error);
    EXPECT_EQ(run("ingest", request).at("added"), 1);
}

TEST_F(OperationTest, MigrationsOfTheBaseAreLookedAt) {
    const Json status = run("migrate_status", {{"database", "base"}});
    EXPECT_TRUE(status.at("ok"));
    EXPECT_TRUE(run("migrate_check", {{"database", "base"}}).at("ok"));
    EXPECT_THAT(run("migrate_plan", {{"database", "base"}}).at("migrations"), IsEmpty());
    EXPECT_THROW(static_cast<void>(run("migrate_status", {{"url", "sqlite:/etc/passwd"}})), Error);
}

}  // namespace
}  // namespace quarry::app
