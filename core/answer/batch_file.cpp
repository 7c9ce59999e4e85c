#include "core/answer/batch_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_map>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/json_lines.h"

namespace quarry::answer {
namespace {

// An answer with its citations; the quotes are the longest part.
constexpr std::uint64_t longest_answer_line = 64 << 20;
constexpr mode_t answers_file_mode = 0644;
constexpr std::string_view schema_start = "quarry.batch/";
constexpr std::string_view answer_line_start = R"({"schema":"quarry.batch/)";

Error cannot_write(const std::filesystem::path& path) {
    const int failure = errno;
    return Error(ErrorCode::failed, fmt::format("cannot write to {}", path.string()),
                 failure == ENOSPC ? "free some space, and run it again: what is done is in the file" : "")
        .because(std::strerror(failure));
}

struct DoneLine {
    std::string id, question;
    bool failed = false;
};

/// Nothing for what is no line of a batch: a file of questions has ids and questions too.
std::optional<DoneLine> parse_done(std::string_view line) {
    const nlohmann::json object = parse_bounded_json(line);
    if (!object.is_object()) return std::nullopt;
    const auto schema = object.find("schema");
    if (schema == object.end() || !schema->is_string() ||
        !schema->get_ref<const std::string&>().starts_with(schema_start)) {
        return std::nullopt;
    }
    const auto id = object.find("id");
    const auto question = object.find("question");
    if (id == object.end() || !id->is_string() || question == object.end() || !question->is_string()) {
        return std::nullopt;
    }
    return DoneLine{id->get<std::string>(), question->get<std::string>(), object.contains("error")};
}

void write_all(int descriptor, std::string_view bytes, const std::filesystem::path& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw cannot_write(path);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

bool is_same_file(int descriptor, const std::filesystem::path& path) {
    struct stat opened {};
    struct stat named {};
    return ::fstat(descriptor, &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

/// What of a file of answers is kept.
struct KeptAnswers {
    std::string lines;
    std::unordered_set<std::string> ids;
    std::size_t dropped = 0;
};

KeptAnswers read_answers(const std::filesystem::path& path, std::span<const BatchQuestion> questions) {
    std::unordered_map<std::string_view, std::string_view> texts;
    for (const BatchQuestion& question : questions) texts.emplace(question.id, question.text);
    const auto is_stale = [&texts](const DoneLine& line) {
        const auto asked = texts.find(line.id);
        return asked != texts.end() && asked->second != line.question;
    };
    std::ifstream file(path, std::ios::binary);
    LineReader lines(file, longest_answer_line);
    KeptAnswers kept;
    bool first = true;
    while (const std::optional<LineReader::Line> line = lines.next()) {
        std::optional<DoneLine> done = line->too_long ? std::nullopt : parse_done(line->text);
        // A torn first line is the beginning of an answer; anything else is a file that is not ours to change.
        const bool torn = !line->text.empty() && line->text.starts_with(answer_line_start.substr(0, line->text.size()));
        if (first && !done && !torn) {
            throw Error(ErrorCode::failed, fmt::format("{} is not a file of answers", path.string()),
                        "give a file that quarry batch made, or one that does not exist")
                .because("its first line is not an answer");
        }
        first = false;
        if (!done || done->failed || is_stale(*done) || kept.ids.contains(done->id)) {
            ++kept.dropped;
            continue;
        }
        kept.ids.insert(std::move(done->id));
        kept.lines.append(line->text).push_back('\n');
    }
    return kept;
}

Error no_file(const std::filesystem::path& path) {
    return Error(ErrorCode::failed, fmt::format("{} is not a file", path.string()),
                 "answers are read again from the file that they go to; leave out --output for standard output");
}

}  // namespace

std::unordered_set<std::string> answered_in(const std::filesystem::path& path,
                                            std::span<const BatchQuestion> questions) {
    if (!std::filesystem::exists(path)) return {};
    if (!std::filesystem::is_regular_file(path)) throw no_file(path);
    return read_answers(path, questions).ids;
}

BatchFile::Descriptor::Descriptor(const std::filesystem::path& path, int flags)
    : number_(::open(path.c_str(), flags | O_CLOEXEC, answers_file_mode)) {
    if (number_ < 0) throw cannot_write(path);
}

BatchFile::Descriptor::~Descriptor() {
    if (number_ >= 0) ::close(number_);
}

BatchFile::Descriptor::Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}

BatchFile::BatchFile(std::filesystem::path path, std::span<const BatchQuestion> questions) : path_(std::move(path)) {
    open_locked();
    KeptAnswers kept = read_answers(path_, questions);
    done_ = std::move(kept.ids);
    dropped_ = kept.dropped;
    if (kept.lines.size() != std::filesystem::file_size(path_)) replace(kept.lines);
}

void BatchFile::open_locked() {
    // Without waiting: a named pipe that nobody reads is refused like any other.
    files_.emplace_back(path_, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY);
    const int file = files_.back().number();
    struct stat status {};
    if (::fstat(file, &status) != 0) throw cannot_write(path_);
    if (!S_ISREG(status.st_mode)) throw no_file(path_);
    // Another inode under the name: somebody replaced the file just now, and is at work on it.
    if (::flock(file, LOCK_EX | LOCK_NB) != 0 || !is_same_file(file, path_)) {
        throw Error(ErrorCode::locked, fmt::format("another process is writing to {}", path_.string()),
                    "wait until it is done, or give another --output");
    }
}

void BatchFile::replace(std::string_view content) {
    const std::filesystem::path part = path_.string() + ".part";
    files_.emplace_back(part, O_WRONLY | O_APPEND | O_CREAT | O_TRUNC);
    const int file = files_.back().number();
    if (::flock(file, LOCK_EX | LOCK_NB) != 0) throw cannot_write(part);
    write_all(file, content, part);
    if (::fsync(file) != 0 || ::rename(part.c_str(), path_.c_str()) != 0) throw cannot_write(path_);
}

bool BatchFile::has(const BatchQuestion& question) const { return done_.contains(question.id); }

void BatchFile::append(std::string_view line) {
    std::string bytes(line);
    bytes.push_back('\n');
    write_all(files_.back().number(), bytes, path_);
}

}  // namespace quarry::answer
