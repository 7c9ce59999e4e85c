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
#include "core/http/api_error.h"
#include "core/http/client.h"
#include "core/http/url.h"
#include "core/llama/gguf_file.h"

namespace quarry::models {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int most_redirects = 5;
constexpr std::size_t largest_model = std::size_t{200} << 30;
constexpr std::string_view model_ending = ".gguf", table_ending = ".table";
constexpr std::array<std::string_view, 2> model_endings = {model_ending, table_ending};
constexpr std::size_t largest_table = std::size_t{1} << 30;

bool is_url(std::string_view source) { return source.starts_with("https://") || source.starts_with("http://"); }

Error cannot_add(std::string_view source, std::string hint = {}) {
    return Error(ErrorCode::failed, fmt::format("cannot add the model {}", http::url_without_credentials(source)),
                 std::move(hint));
}

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

/// A file that is removed again unless it is kept. Counts and hashes what is written.
class PartialFile {
public:
    explicit PartialFile(fs::path path) : path_(std::move(path)), stream_(path_, std::ios::binary) {}
    ~PartialFile() {
        std::error_code ignored;
        if (!kept_) fs::remove(path_, ignored);
    }
    PartialFile(const PartialFile&) = delete;
    PartialFile& operator=(const PartialFile&) = delete;

    void write(std::string_view bytes) {
        stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        if (!stream_) {
            throw Error(ErrorCode::failed, fmt::format("cannot write {}", path_.string()), "check the free space")
                .because(std::strerror(errno));
        }
        hash_.add(bytes);
        size_ += bytes.size();
    }
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] const fs::path& path() const noexcept { return path_; }
    [[nodiscard]] std::string sha256() { return hash_.digest(); }
    void close() {
        stream_.close();
        if (!stream_)
            throw Error(ErrorCode::failed, fmt::format("cannot write {}", path_.string()), "check the free space");
    }
    void keep_as(const fs::path& place) {
        fs::rename(path_, place);
        kept_ = true;
    }

private:
    fs::path path_;
    std::ofstream stream_;
    Sha256 hash_;
    std::uint64_t size_ = 0;
    bool kept_ = false;
};

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

std::uint64_t content_length(const http::HttpResponse& response) {
    std::uint64_t length = 0;
    for (const char c : response.header("content-length").value_or("")) {
        if (c < '0' || c > '9' || length > largest_model) return 0;
        length = length * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return length;
}

void require_safe_address(const std::string& url) {
    const http::HttpUrl parsed = http::parse_http_url(url);
    if (parsed.scheme == "https" || parsed.is_loopback()) return;
    throw cannot_add(url, "use https://, or fetch the file yourself and give its path")
        .because("over plain http anyone on the network can change the model");
}

void fetch_model(const std::string& source, const AddModelOptions& options, PartialFile& file,
                 const Cancellation& cancellation, const ModelProgress& progress) {
    http::HttpClient client;
    std::string url = source;
    for (int redirects = 0; redirects <= most_redirects; ++redirects) {
        require_safe_address(url);
        http::HttpRequest request;
        request.url = url;
        request.timeout = std::chrono::hours(24);
        request.stall_timeout = std::chrono::seconds(60);
        request.max_body_bytes = largest_model;
        request.proxy = options.proxy;
        request.ca_file = options.ca_file;
        const http::HttpResponse response = client.send(request, cancellation, [&](std::string_view piece) {
            file.write(piece);
            if (progress) progress(file.size(), 0);
            return true;
        });
        const bool redirected = response.status >= 301 && response.status <= 308 && response.status != 304;
        if (redirected && response.header("location")) {
            url = http::resolve_url(url, *response.header("location"));
            continue;
        }
        if (response.status != 200) {
            throw http::api_error("cannot fetch the model", url, response, {}, "check the file's address");
        }
        const std::uint64_t length = content_length(response);
        if (length != 0 && length != file.size()) {
            throw cannot_add(source, "try again").because(fmt::format("{} of {} bytes arrived", file.size(), length));
        }
        return;
    }
    throw cannot_add(source).because(fmt::format("it was redirected more than {} times", most_redirects));
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
    // Two that add the same at once write two files; the last one is there then.
    PartialFile file(file_of(model.name, fmt::format(".{}.part", ::getpid())));
    is_url(source) ? fetch_model(source, options, file, cancellation, progress)
                   : copy_model(source, file, cancellation, progress);
    file.close();
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
