// quarry doctor: what it finds, and what it never shows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "run_quarry.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DoctorTest : public QuarryTest {
protected:
    /// The state of one check in the JSON report; empty when it is not there.
    static std::string state_of(const RunResult& result, const std::string& name) {
        const auto report = nlohmann::json::parse(result.out);
        for (const auto& check : report["checks"]) {
            if (check["name"] == name) return check["state"];
        }
        return "";
    }
};

TEST_F(DoctorTest, AFreshFolderIsHealthy) {
    const RunResult result = run_quarry({"doctor", "--json"}, {}, {{"LANG", "C.UTF-8"}});
    EXPECT_EQ(result.code, 0);
    EXPECT_EQ(nlohmann::json::parse(result.out)["healthy"], true);
    EXPECT_EQ(state_of(result, "SQLite"), "ok");
    EXPECT_EQ(state_of(result, "path"), "warn") << "there is no base yet";
    EXPECT_EQ(state_of(result, "characters"), "ok");
    EXPECT_EQ(state_of(run_quarry({"doctor", "--json"}, {}, {{"LANG", "C"}}), "characters"), "warn");
}

TEST_F(DoctorTest, BrokenSettingsAreAFinding) {
    write("quarry.toml", "search.limits = 1\n");
    const RunResult result = run_quarry({"doctor", "--json"});
    EXPECT_EQ(result.code, 1);
    EXPECT_EQ(state_of(result, "values"), "fail");
    EXPECT_THAT(run_quarry({"doctor"}).out, HasSubstr("did you mean search.limit?"));
}

TEST_F(DoctorTest, ABaseThatIsNoneIsAFinding) {
    write(".quarry/base.db", "this is only some text, not a database at all");
    const RunResult result = run_quarry({"doctor", "--json"});
    EXPECT_EQ(result.code, 1);
    EXPECT_EQ(state_of(result, "file"), "fail");
}

TEST_F(DoctorTest, KeysAreLookedForAndNeverShown) {
    const std::map<std::string, std::string> environment = {{"QUARRY_CHAT_PROVIDER", "openai"},
                                                            {"QUARRY_CHAT_BASE_URL", "http://user:pass@127.0.0.1:9/v1"},
                                                            {"QUARRY_CHAT_MODEL", "m"},
                                                            {"OPENAI_API_KEY", "sk-very-secret"}};
    const RunResult down = run_quarry({"doctor", "--json"}, {}, environment);
    EXPECT_EQ(down.code, 1);
    EXPECT_EQ(state_of(down, "chat key"), "ok");
    EXPECT_EQ(state_of(down, "chat server"), "fail");
    EXPECT_THAT(down.out, Not(HasSubstr("very-secret")));
    EXPECT_THAT(down.out, Not(HasSubstr("pass@")));
    const RunResult offline = run_quarry({"doctor", "--json", "--offline"}, {}, environment);
    EXPECT_EQ(offline.code, 0);
    EXPECT_EQ(state_of(offline, "chat server"), "");
}

}  // namespace
}  // namespace quarry::cli
