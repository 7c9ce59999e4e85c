// Files of evaluations, as anybody may write them: judgements, runs, questions. Whatever their bytes, reading them
// ends, with what they say or an error that names the file and the line. A run that was read and written again is the
// same.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/eval/questions.h"
#include "core/eval/trec.h"

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

/// What `read` gives; an error of it has to be one of the file's.
template <typename Read>
void try_to(const std::filesystem::path& file, const Read& read) {
    try {
        read();
    } catch (const quarry::Error& error) {
        require(error.code() == quarry::ErrorCode::failed);
        require(std::string(error.what()).find(file.filename().string()) != std::string::npos);
    }
}

void check_judgements(const std::filesystem::path& file) {
    for (const auto& [query, judgements] : quarry::eval::read_qrels(file)) {
        require(!query.empty() && !judgements.empty());
    }
}

void check_run(const std::filesystem::path& file, const std::filesystem::path& again) {
    const quarry::eval::Run run = quarry::eval::read_run(file);
    std::ofstream out(again, std::ios::binary);
    for (const auto& [query, documents] : run) {
        std::vector<quarry::eval::RankedDocument> ranking;
        for (const std::string& document : documents) ranking.push_back({document, 1.0});
        quarry::eval::write_run(out, query, ranking, "fuzz");
    }
    out.close();
    if (!run.empty()) require(quarry::eval::read_run(again) == run);
}

void check_questions(const std::filesystem::path& file) {
    const std::vector<quarry::eval::Question> questions = quarry::eval::read_questions(file);
    bool names_a_source = false;
    for (const quarry::eval::Question& question : questions) {
        require(question.line > 0);
        names_a_source = names_a_source || !question.expected.empty();
    }
    require(names_a_source);
    try {
        (void)quarry::eval::resolve_questions(questions, file, [](const std::string&) {
            return quarry::eval::NamedDocument{1, "A text of some words, and \u00e4\u4e2d more of them."};
        });
    } catch (const quarry::Error&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const quarry::TemporaryDirectory folder("eval-files-fuzz");
    const std::filesystem::path file = folder.path() / "input";
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    try_to(file, [&] { check_judgements(file); });
    try_to(file, [&] { check_run(file, folder.path() / "input-again"); });
    try_to(file, [&] { check_questions(file); });
    return 0;
}
