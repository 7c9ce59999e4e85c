#include "core/agent/skill.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/agent/runner.h"
#include "tests/unit/agent/agent_fixture.h"

namespace quarry::agent {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

std::string problem_of(const std::string& text, const std::string& folder = "skills/tides") {
    try {
        static_cast<void>(read_skill(text, folder, {"root.yaml", 3}));
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

TEST(Skills, AreReadFromTheirFrontMatter) {
    const Skill skill = read_skill("---\nname: tides\ndescription: \"How: to\"\nallowed-tools: Bash\n---\n\n# Tides\nLook.\n",
                                   "skills/tides", {"root.yaml", 3});
    EXPECT_EQ(skill.name, "tides");
    EXPECT_EQ(skill.description, "How: to");
    EXPECT_EQ(skill.body, "# Tides\nLook.");
}

TEST(Skills, ThatAreNoneSayWhy) {
    EXPECT_THAT(problem_of("# Tides\n"), HasSubstr("root.yaml:3: the skill skills/tides: there is no front matter"));
    EXPECT_THAT(problem_of("---\nname: tides\n"), HasSubstr("there is no front matter"));
    EXPECT_THAT(problem_of("---\nname: Tides\ndescription: x\n---\n"), HasSubstr("small letters"));
    EXPECT_THAT(problem_of("---\nname: ti--des\ndescription: x\n---\n"), HasSubstr("small letters"));
    EXPECT_THAT(problem_of("---\nname: moon\ndescription: x\n---\n"), HasSubstr("has the name of its folder"));
    EXPECT_THAT(problem_of("---\nname: tides\n---\n"), HasSubstr("1 to 1024 characters"));
    EXPECT_THAT(problem_of("---\nname: tides\ndescription: " + std::string(1025, 'x') + "\n---\n"), HasSubstr("1024"));
    EXPECT_THAT(problem_of("---\nname: [\n---\n"), HasSubstr("skills/tides/SKILL.md:"));
}

class SkillRun : public ::testing::Test {
protected:
    SkillRun() {
        write("skills/tides/SKILL.md", "---\nname: tides\ndescription: Explains tides.\n---\nRead [more](ref/more.md).\n");
        write("skills/tides/ref/more.md", "The moon pulls.");
        write("root.yaml", "name: root\ninstruction: Be brief.\nskills: [skills/tides]\noutput_key: o\n");
        write("secret.md", "SECRET");
    }
    void write(const std::string& path, const std::string& text) const {
        fs::create_directories((folder.path() / path).parent_path());
        std::ofstream(folder.path() / path) << text;
    }
    /// What the model is told when it loads a skill with these arguments.
    std::string load(const std::string& arguments) {
        std::string told;
        environment.model = [&](const llm::ChatRequest& request) {
            system = request.messages.front().content;
            if (request.messages.back().role != llm::ChatMessage::Role::tool) return calls("load_skill", arguments);
            told = request.messages.back().content;
            return says("done");
        };
        const AgentFile agent = read_agent(folder.path() / "root.yaml");
        const store::RunHolder holder = base.add_run("t" + std::to_string(++runs));
        Runner runner(agent, environment, base.repository(), test_options());
        const RunOutcome outcome = runner.begin(holder, "go", no_events, cancellation);
        EXPECT_EQ(outcome.state, store::AgentRunState::done) << (outcome.error ? outcome.error->what() : "");
        return told;
    }

    TemporaryDirectory folder;
    AgentBase base;
    FakeEnvironment environment;
    Cancellation cancellation;
    std::string system;
    int runs = 0;
};

TEST_F(SkillRun, TheCatalogueIsInThePromptAndTheBodyIsLoaded) {
    EXPECT_EQ(load(R"({"name": "tides"})"), "Read [more](ref/more.md).");
    EXPECT_THAT(system, HasSubstr("- tides: Explains tides."));
    EXPECT_THAT(system, Not(HasSubstr("ref/more.md")));
    EXPECT_THAT(load(R"({"name": "waves"})"), HasSubstr("the arguments do not fit"));
}

TEST_F(SkillRun, FilesOfItsFolderAreReadAndNoOthers) {
    EXPECT_EQ(load(R"({"name": "tides", "file": "ref/more.md"})"), "The moon pulls.");
    for (const char* const file : {"../../secret.md", "/etc/passwd", "ref/../../../secret.md", "../tides2/x", "link.md", "."}) {
        fs::create_symlink(folder.path() / "secret.md", folder.path() / "skills/tides/link.md");
        const std::string told = load(nlohmann::json{{"name", "tides"}, {"file", file}}.dump());
        EXPECT_THAT(told, HasSubstr("error: ")) << file;
        EXPECT_THAT(told, Not(HasSubstr("SECRET"))) << file;
        fs::remove(folder.path() / "skills/tides/link.md");
    }
    write("skills/tides/long.md", std::string(60'000, 'x'));
    EXPECT_LT(load(R"({"name": "tides", "file": "long.md"})").size(), 50'100U);
}

TEST_F(SkillRun, AChangedSkillIsAnotherAgent) {
    const std::string before = read_agent(folder.path() / "root.yaml").digest;
    write("skills/tides/SKILL.md", "---\nname: tides\ndescription: Explains tides.\n---\nOther words.\n");
    EXPECT_NE(read_agent(folder.path() / "root.yaml").digest, before);
    fs::remove(folder.path() / "skills/tides/SKILL.md");
    EXPECT_THROW(static_cast<void>(read_agent(folder.path() / "root.yaml")), Error);
    for (const char* const path : {"../x", "/x", "skills/../../x"}) {
        write("root.yaml", std::string("name: root\ninstruction: x\nskills: ['") + path + "']\n");
        try {
            static_cast<void>(read_agent(folder.path() / "root.yaml"));
            ADD_FAILURE() << path;
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr("leads out of the agent's folder"));
        }
    }
}

}  // namespace
}  // namespace quarry::agent
