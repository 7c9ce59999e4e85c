// Reads the files of a chunking evaluation: ours, and Chroma's.

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/eval/chunking.h"

namespace quarry::eval {
namespace {

constexpr std::uint64_t max_questions_bytes = 1 << 30;
constexpr const char* folder_layout =
    R"(a folder has questions.jsonl ({"question": …, "corpus": NAME, "references": [{"start": …, "end": …, "text": …}]}), )"
    "or questions_df.csv (question, references, corpus_id), and corpora/NAME.md";

[[noreturn]] void refuse_folder(const std::filesystem::path& folder, std::string why) {
    throw Error(ErrorCode::usage, fmt::format("{} is not a chunking evaluation", folder.string()), folder_layout)
        .because(std::move(why));
}

/// The rows of a CSV file (RFC 4180): fields between commas; in quotes with anything in them, quotes doubled.
std::vector<std::vector<std::string>> csv_rows(std::string_view text) {
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> row;
    std::string field;
    bool quoted = false;
    const auto end_row = [&] {
        row.push_back(std::exchange(field, {}));
        if (row.size() > 1 || !row[0].empty()) rows.push_back(std::move(row));
        row.clear();
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char byte = text[at];
        if (quoted) {
            if (byte != '"') {
                field += byte;
            } else if (at + 1 < text.size() && text[at + 1] == '"') {
                field += text[++at];
            } else {
                quoted = false;
            }
        } else if (byte == '"') {
            quoted = true;
        } else if (byte == ',') {
            row.push_back(std::exchange(field, {}));
        } else if (byte == '\n') {
            if (field.ends_with('\r')) field.pop_back();
            end_row();
        } else {
            field += byte;
        }
    }
    if (!field.empty() || !row.empty()) end_row();
    return rows;
}

/// Chroma's table as lines of questions.jsonl.
std::string questions_of_csv(const std::filesystem::path& file) {
    const std::vector<std::vector<std::string>> rows = csv_rows(read_file(file, max_questions_bytes));
    const auto refuse = [&file](std::size_t row, std::string why) {
        throw Error(ErrorCode::failed, fmt::format("cannot use {}, row {}", file.string(), row), folder_layout)
            .because(std::move(why));
    };
    std::map<std::string, std::size_t, std::less<>> columns;
    if (rows.empty()) refuse(1, "it has no rows");
    for (std::size_t i = 0; i < rows[0].size(); ++i) columns.emplace(rows[0][i], i);
    for (const char* name : {"question", "references", "corpus_id"}) {
        if (!columns.contains(name)) refuse(1, fmt::format("there is no column {}", name));
    }
    std::string lines;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        if (rows[i].size() != rows[0].size()) {
            refuse(i + 1, fmt::format("{} fields instead of {}", rows[i].size(), rows[0].size()));
        }
        auto references = parse_bounded_json(rows[i][columns.find("references")->second]);
        if (!references.is_array()) refuse(i + 1, "the references are not a JSON list");
        const nlohmann::json question{{"question", rows[i][columns.find("question")->second]},
                                      {"corpus", rows[i][columns.find("corpus_id")->second]},
                                      {"references", std::move(references)}};
        lines += question.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
    }
    return lines;
}

std::filesystem::path corpus_file(const std::filesystem::path& folder, const std::string& name) {
    // The name is the questions': it must not lead out of the folder.
    const bool plain = !name.empty() && name.find_first_of("/\\") == std::string::npos && name != "." && name != "..";
    for (const char* ending : {"", ".md", ".txt"}) {
        const std::filesystem::path file = folder / "corpora" / (name + ending);
        std::error_code ignored;
        if (plain && std::filesystem::is_regular_file(file, ignored)) return file;
    }
    refuse_folder(folder, fmt::format("corpora/{}.md is missing", name));
}

}  // namespace

ChunkingCollection read_chunking_folder(const std::filesystem::path& folder, const ExtractDocument& extract) {
    std::filesystem::path file = folder / "questions.jsonl";
    std::vector<Question> questions;
    if (std::filesystem::is_regular_file(file)) {
        questions = read_questions(file);
    } else if (std::filesystem::is_regular_file(folder / "questions_df.csv")) {
        file = folder / "questions_df.csv";
        const TemporaryDirectory scratch;
        write_file_atomically(scratch.path() / "questions.jsonl", questions_of_csv(file));
        questions = read_questions(scratch.path() / "questions.jsonl");
    } else {
        refuse_folder(folder, "it has no questions.jsonl");
    }
    ChunkingCollection collection;
    std::map<std::string, std::int64_t, std::less<>> places;
    const auto place_of = [&](const std::string& name) {
        const auto [at, is_new] = places.try_emplace(name, static_cast<std::int64_t>(collection.documents.size()));
        if (is_new) collection.documents.emplace_back(name, extract(corpus_file(folder, name)));
        return at->second;
    };
    collection.questions = resolve_questions(questions, file, [&](const std::string& name) {
        const std::int64_t place = place_of(name);
        return std::optional(NamedDocument{place, collection.documents[static_cast<std::size_t>(place)].second.text});
    });
    return collection;
}

}  // namespace quarry::eval
