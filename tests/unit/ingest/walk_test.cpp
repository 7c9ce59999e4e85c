#include "core/ingest/walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

namespace quarry::ingest {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class WalkTest : public ::testing::Test {
protected:
    void write(const fs::path& name, std::string_view content = "x") const {
        const fs::path path = root / name;
        fs::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << content;
    }

    void go(const std::vector<fs::path>& paths) {
        files.clear();
        skipped.clear();
        folders.clear();
        failures.clear();
        const std::string prefix = root.string() + "/";
        const auto shown = [&](const std::string& path) {
            return path.starts_with(prefix) ? path.substr(prefix.size()) : path;
        };
        WalkVisitor visitor;
        visitor.file = [&](const WalkedFile& file) { files.push_back(shown(file.path) + (file.named ? "!" : "")); };
        visitor.skipped = [&](const std::string& path, SkipReason reason) {
            skipped.push_back(shown(path) + " " + skip_reason_name(reason));
        };
        visitor.failed = [&](const std::string& path, const Error& error) {
            failures.push_back(shown(path) + ": " + error.causes().front());
        };
        visitor.folder = [&](const std::string& path) { folders.push_back(shown(path)); };
        walk(paths, options, visitor, cancellation);
    }

    TemporaryDirectory temporary;
    fs::path root = fs::canonical(temporary.path()) / "root";
    Cancellation cancellation;
    WalkOptions options;
    std::vector<std::string> files, folders, skipped, failures;
};

TEST_F(WalkTest, visits_files_in_order_of_name_each_once) {
    for (const char* name : {"b.md", "a/2", "a/10", "a.txt", "c/d/e"}) write(name);
    go({root});
    EXPECT_THAT(files, ElementsAre("a/10", "a/2", "a.txt", "b.md", "c/d/e"));
    go({root / "b.md", root, root / "c" / ".." / "c"});
    EXPECT_THAT(files, ElementsAre("b.md!", "a/10", "a/2", "a.txt", "c/d/e"));
}

TEST_F(WalkTest, leaves_out_what_is_hidden_and_what_is_no_file) {
    for (const char* name : {".hidden", ".git/config", ".quarry/base.db", "a"}) write(name);
    ASSERT_EQ(::mkfifo((root / "pipe").c_str(), 0600), 0);
    go({root});
    EXPECT_THAT(files, ElementsAre("a"));
    EXPECT_THAT(skipped, UnorderedElementsAre(".hidden hidden", ".git hidden", ".quarry hidden", "pipe special_file"));
    go({root / ".hidden", root / "pipe"});
    EXPECT_THAT(files, ElementsAre(".hidden!")) << "it was named";
    EXPECT_THAT(failures, ElementsAre("pipe: it is neither a file nor a folder"));
}

TEST_F(WalkTest, follows_no_link_but_one_that_was_given) {
    write("in/a");
    write("out/secret");
    fs::create_symlink("../out", root / "in/folder");
    fs::create_symlink("../out/secret", root / "in/file");
    fs::create_symlink(".", root / "in/circle");
    fs::create_symlink("nowhere", root / "in/dangling");
    fs::create_symlink("in", root / "given");
    go({root / "in"});
    EXPECT_THAT(files, ElementsAre("in/a"));
    EXPECT_EQ(skipped.size(), 4U);
    go({root / "given"});
    EXPECT_THAT(files, ElementsAre("given/a"));
    go({root / "in/dangling"});
    EXPECT_THAT(failures, ElementsAre("in/dangling: No such file or directory"));
}

TEST_F(WalkTest, honours_ignore_files_from_the_outside_in) {
    write(".gitignore", "*.log\n/build/\n!important.log\n");
    write("sub/.gitignore", "!kept.log\nlocal\n");
    write("sub/.quarryignore", "private.md\n");
    for (const char* name : {"a.log", "important.log", "build/x", "sub/build/x", "sub/kept.log", "sub/other.log",
                             "sub/local", "sub/private.md", "local", "sub/deep/kept.log", "zz/kept.log"}) {
        write(name);
    }
    go({root});
    EXPECT_THAT(files, ElementsAre("important.log", "local", "sub/build/x", "sub/deep/kept.log", "sub/kept.log"));
    EXPECT_THAT(skipped, ::testing::Contains("build ignored"));
}

TEST_F(WalkTest, quarryignore_overrules_gitignore) {
    write(".gitignore", "*.md\n");
    write(".quarryignore", "!doc.md\n");
    write("doc.md");
    write("other.md");
    go({root});
    EXPECT_THAT(files, ElementsAre("doc.md"));
}

TEST_F(WalkTest, rules_above_the_folder_count_up_to_the_root_of_the_repository) {
    write("repository/.git/info/exclude", "excluded\n");
    write("repository/.gitignore", "*.tmp\n/docs/secret\n");
    write(".gitignore", "*\n");
    for (const char* name : {"a.tmp", "secret", "excluded", "a"}) write(fs::path("repository/docs") / name);
    go({root / "repository/docs"});
    EXPECT_THAT(files, ElementsAre("repository/docs/a"));
    go({root / "repository/docs/a.tmp"});
    EXPECT_THAT(files, ElementsAre("repository/docs/a.tmp!")) << "it was named";
}

TEST_F(WalkTest, without_a_repository_only_the_folder_counts) {
    write(".gitignore", "*\n");
    write("docs/a");
    go({root / "docs"});
    EXPECT_THAT(files, ElementsAre("docs/a"));
}

TEST_F(WalkTest, an_ignore_file_that_is_too_large_is_reported) {
    write(".gitignore", std::string(1'100'000, '#'));
    write("a");
    go({root});
    EXPECT_THAT(files, ElementsAre("a"));
    EXPECT_THAT(failures, ElementsAre(HasSubstr("larger than the limit")));
}

TEST_F(WalkTest, what_is_missing_is_reported_and_the_rest_is_visited) {
    write("a");
    go({root / "missing", root / "a"});
    EXPECT_THAT(failures, ElementsAre("missing: No such file or directory"));
    EXPECT_THAT(files, ElementsAre("a!"));
}

TEST_F(WalkTest, a_folder_without_permission_is_reported_and_the_rest_is_visited) {
    write("closed/a");
    write("open/b");
    fs::permissions(temporary.path(), fs::perms::all);
    fs::permissions(root / "closed", fs::perms::none);
    // Root may read everything, so somebody else has to walk.
    const pid_t child = ::fork();
    if (child == 0) {
        if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) ::_exit(9);
        go({root});
        ::_exit(files == std::vector<std::string>{"open/b"} &&
                        failures == std::vector<std::string>{"closed: Permission denied"}
                    ? 0
                    : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 0);
    fs::permissions(root / "closed", fs::perms::owner_all);
}

TEST_F(WalkTest, can_be_interrupted) {
    write("a");
    cancellation.cancel();
    EXPECT_THROW(go({root}), Error);
}

}  // namespace
}  // namespace quarry::ingest
