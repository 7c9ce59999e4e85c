// Model files: fetched, checked, kept.
#include "core/models/model_store.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/embed/builtin.h"
#include "core/http/client.h"
#include "core/llama/gguf_file.h"
#include "core/models/model_download.h"
#include "core/models/partial_file.h"

namespace quarry::models {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::string_view model_ending = ".gguf", table_ending = ".table";
constexpr std::array<std::string_view, 2> model_endings = {model_ending, table_ending};
constexpr std::size_t largest_table = std::size_t{1} << 30;

bool is_url(std::string_view source) { return source.starts_with("https://") || source.starts_with("http://"); }

bool is_model_name(std::string_view name) {
    return !name.empty() && name.size() <= 200 && name.front() != '.' && name.front() != '-' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                      c == '-' || c == '_';
           });
}

/// The last part of a path or URL, without query and ending.
std::string name_of_source(std::string_view source) {
    if (is_url(source)) source = source.substr(0, source.find_first_of("?#"));
    std::string name(source.substr(source.rfind('/') + 1));
    for (const std::string_view ending : model_endings) {
        if (ascii_lower(name).ends_with(ending)) name.resize(name.size() - ending.size());
    }
    return name;
}

void copy_model(const std::string& source, PartialFile& file, const Cancellation& cancellation,
                const ModelProgress& progress) {
    const char* const hint = "give the path of a .gguf file, or an https:// address";
    const auto stamp = stat_file(source);
    if (!stamp) {
        std::error_code unreadable;
        const bool other = fs::exists(source, unreadable);
        throw cannot_add(source, hint).because(other ? "it is not a regular file" : "there is no such file");
    }
    std::ifstream in(source, std::ios::binary);
    if (!in) throw cannot_add(source, hint).because(std::strerror(errno));
    std::string block(std::size_t{1} << 20, '\0');
    while (in) {
        cancellation.check();
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        file.write(std::string_view(block).substr(0, static_cast<std::size_t>(in.gcount())));
        if (progress) progress(file.size(), stamp->size);
    }
    if (in.bad()) throw cannot_add(source).because("it cannot be read completely");
}

/// A hash that a file is known by: 64 hex digits.
bool is_sha256(std::string_view text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

std::string beginning_of(const fs::path& path) {
    std::string bytes(8, '\0');
    std::ifstream stream(path, std::ios::binary);
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(static_cast<std::size_t>(stream.gcount()));
    return bytes;
}

std::string note_of(const StoredModel& model) {
    return json{{"name", model.name},
                {"source", model.source},
                {"sha256", model.sha256},
                {"license", model.license},
                {"license_link", model.license_link}}
               .dump(2, ' ', false, json::error_handler_t::replace) +
           "\n";
}

/// Fills in what the file says of itself. Throws Error(failed) when it is neither a model nor a table.
void take_header(StoredModel& model, const fs::path& path) {
    if (model.is_table) {
        const embed::BuiltinEmbedder table(read_file(path, largest_table));
        model.architecture = "table";
        model.dimensions = table.dimensions();
        return;
    }
    const llama::GgufFile file = llama::read_gguf_file(path);
    if (file.architecture.empty()) {
        throw Error(ErrorCode::failed, fmt::format("{} is not a model", path.filename().string()),
                    "use the GGUF file of a model, which names its general.architecture")
            .because("it does not name the kind of model");
    }
    model.architecture = file.architecture;
    model.license = file.license;
    model.license_link = file.license_link;
    model.dimensions = file.embedding_length.value_or(0);
    constexpr std::uint64_t ranks = 4;
    model.kind = !file.pooling ? ModelKind::chat : *file.pooling == ranks ? ModelKind::reranker : ModelKind::embedder;
    model.context_length = file.context_length.value_or(0);
}

}  // namespace

fs::path ModelStore::file_of(std::string_view name, std::string_view ending) const {
    return folder_ / fmt::format("{}{}", name, ending);
}

StoredModel ModelStore::add(const std::string& source, const AddModelOptions& options, const Cancellation& cancellation,
                            const ModelProgress& progress) {
    StoredModel model;
    model.name = options.name.empty() ? name_of_source(source) : options.name;
    if (!is_model_name(model.name)) {
        throw Error(ErrorCode::usage,
                    fmt::format("\"{}\" is not a valid name for a model",
                                one_line(strip_terminal_controls(replace_invalid_utf8(model.name)), 80)),
                    "give it another name with --name: letters, digits, dots, dashes and underscores");
    }
    if (!options.replace && find(model.name)) {
        throw Error(ErrorCode::failed, fmt::format("there is a model {} already", model.name),
                    "give this one another name with --name, or replace the other with --force");
    }
    std::error_code error;
    fs::create_directories(folder_, error);
    if (error) throw cannot_add(source).because(fmt::format("{}: {}", folder_.string(), error.message()));
    // What is known by its hash is gone on with. Of other sources two that add the same at once write two files, and
    // the last one is there then.
    const bool resumes = is_url(source) && is_sha256(options.sha256);
    const std::string part = resumes ? fmt::format(".{}.part", ascii_lower(options.sha256).substr(0, 16))
                                     : fmt::format("{}.{}.part", model.name, ::getpid());
    PartialFile file(folder_ / part, resumes ? PartialFile::Rest::resumed : PartialFile::Rest::removed, cancellation);
    is_url(source) ? download_model(source, options, file, cancellation, progress)
                   : copy_model(source, file, cancellation, progress);
    file.close();
    file.discard();
    model.bytes = file.size();
    model.sha256 = file.sha256();
    if (!options.sha256.empty() && ascii_lower(options.sha256) != model.sha256) {
        throw cannot_add(source, "download the file again from the publisher of that hash")
            .because(fmt::format("its SHA-256 is {}, not {}", model.sha256, ascii_lower(options.sha256)));
    }
    try {
        model.is_table = embed::BuiltinEmbedder::is_table(beginning_of(file.path()));
        take_header(model, file.path());
    } catch (Error& wrong) {
        throw std::move(wrong).while_doing(
            fmt::format("cannot add the model {}", http::url_without_credentials(source)));
    }
    model.source = is_url(source) ? http::url_without_credentials(source) : fs::absolute(source).string();
    model.path = file_of(model.name, model.is_table ? table_ending : model_ending);
    write_file_atomically(file_of(model.name, ".json"), note_of(model));
    file.keep_as(model.path);
    // What it replaces may have been of the other kind.
    fs::remove(file_of(model.name, model.is_table ? model_ending : table_ending), error);
    return model;
}

std::vector<StoredModel> ModelStore::list() const {
    std::error_code error;
    std::vector<StoredModel> models;
    for (const std::string& file : file_names(folder_, error)) {
        for (const std::string_view ending : model_endings) {
            if (!file.ends_with(ending)) continue;
            if (auto model = find(file.substr(0, file.size() - ending.size()))) models.push_back(std::move(*model));
        }
    }
    return models;
}

std::optional<StoredModel> ModelStore::find(std::string_view name) const {
    StoredModel model;
    model.name = std::string(name);
    if (!is_model_name(name)) return std::nullopt;
    model.path = file_of(name, model_ending);
    auto stamp = stat_file(model.path);
    if (!stamp) {
        model.is_table = true;
        model.path = file_of(name, table_ending);
        stamp = stat_file(model.path);
    }
    if (!stamp) return std::nullopt;
    model.bytes = stamp->size;
    try {
        take_header(model, model.path);
    } catch (const Error&) {
        // Damaged since: it is listed without what its header says, and told when it is used.
    }
    const fs::path note = file_of(name, ".json");
    if (!stat_file(note)) return model;
    const json said = parse_bounded_json(read_file(note, 1 << 20));
    if (!said.is_object()) return model;
    const auto text = [&](const char* key) {
        const auto found = said.find(key);
        return found != said.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    model.source = text("source");
    model.sha256 = text("sha256");
    return model;
}

bool ModelStore::remove(std::string_view name) {
    if (!is_model_name(name)) return false;
    std::error_code error;
    bool removed = false;
    for (const std::string_view ending : model_endings) {
        removed = fs::remove(file_of(name, ending), error) || removed;
        if (error) break;
    }
    if (error) {
        throw Error(ErrorCode::failed, fmt::format("cannot remove the model {}", name)).because(error.message());
    }
    fs::remove(file_of(name, ".json"), error);
    return removed;
}

}  // namespace quarry::models
