// Settings, the knowledge base, models and the terminal, looked at without changing anything.
#include <fmt/format.h>

#include "cli/text/doctor.h"
#include "cli/ui/output.h"
#include "core/app/chat_models.h"
#include "core/app/embedder_choice.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/db/sqlite.h"
#include "core/embed/remote.h"
#include "core/http/client.h"
#include "core/llm/provider.h"
#include "core/store/store.h"

namespace quarry::cli {
namespace {

namespace fs = std::filesystem;
using State = DoctorCheck::State;

// SQLite's check reads the whole file: beyond this the answer would take too long.
constexpr std::uint64_t kQuickCheckBytes = 1'000'000'000;

DoctorCheck failed(std::string area, std::string name, const Error& error) {
    if (error.code() == ErrorCode::interrupted) throw error;
    return {std::move(area), std::move(name), State::fail, error.what(), error.hint()};
}

DoctorCheck file_check(std::string name, const std::optional<fs::path>& file, std::string_view absent) {
    if (file && stat_file(*file)) return {"settings", std::move(name), State::ok, file->string()};
    return {"settings", std::move(name), State::ok, std::string(absent)};
}

DoctorCheck check_integrity(const fs::path& path, std::uint64_t bytes) {
    const char* const area = "knowledge base";
    if (bytes > kQuickCheckBytes) {
        return {area, "file", State::ok, fmt::format("{}, not checked: quarry docs verify does", human_bytes(bytes))};
    }
    SQLite::Database database = db::open_sqlite(path, db::SqliteMode::read_only);
    SQLite::Statement query(database, "PRAGMA quick_check(1)");
    const std::string found = query.executeStep() ? query.getColumn(0).getString() : "no answer";
    if (found == "ok") return {area, "file", State::ok, fmt::format("{}, not damaged", human_bytes(bytes))};
    return {area, "file", State::fail, fmt::format("damaged: {}", found),
            "restore it from a backup, or remove it and run quarry ingest again"};
}

std::vector<DoctorCheck> check_content(const fs::path& path) {
    const char* const area = "knowledge base";
    const auto store = store::open_store(path, store::StoreMode::read);
    const store::StoreStats stats = store->stats();
    std::vector<DoctorCheck> checks = {
        {area, "documents", State::ok, fmt::format("{} documents, {} passages", stats.documents, stats.chunks)}};
    if (stats.failed_sources > 0) {
        checks.push_back({area, "failed inputs", State::warn, fmt::format("{} could not be read", stats.failed_sources),
                          "quarry docs ls --failed lists them"});
    }
    if (store->index_is_stale()) {
        checks.push_back(
            {area, "word index", State::warn, "made by another version of quarry", "quarry ingest renews it"});
    }
    const auto embedder = store->setting(store::setting::embedder);
    if (!embedder) {
        checks.push_back({area, "vectors", State::ok, "none: search is by words alone"});
    } else if (const std::uint64_t missing = store->unembedded_count(*embedder); missing > 0) {
        checks.push_back({area, "vectors", State::warn, fmt::format("{} passages have none", missing),
                          "quarry embed fills them in"});
    } else {
        checks.push_back({area, "vectors", State::ok, "every passage has one"});
    }
    return checks;
}

/// Whether anything answers at the address. The key is not sent: any status will do.
DoctorCheck check_endpoint(const Context& context, const std::string& section, const std::string& url) {
    const std::string shown = http::url_without_credentials(url);
    try {
        http::HttpClient client;
        http::HttpRequest request{.url = url + (url.ends_with('/') ? "models" : "/models")};
        request.connect_timeout = std::chrono::seconds(5);
        request.timeout = std::chrono::seconds(10);
        const http::HttpResponse response = client.send(request, context.cancel);
        return {"models", section + " server", State::ok,
                fmt::format("{} answers (status {})", shown, response.status)};
    } catch (const Error& error) {
        DoctorCheck check = failed("models", section + " server", error);
        if (check.cure.empty()) check.cure = fmt::format("is the server running, and is {}.base_url right?", section);
        return check;
    }
}

DoctorCheck check_key(const Context& context, const std::string& section, const std::string& variable) {
    const auto key = context.environment(variable);
    const std::string name = section + " key";
    if (key && !trim(*key).empty()) return {"models", name, State::ok, fmt::format("{} is set", variable)};
    return {"models", name, State::warn, fmt::format("the environment variable {} is not set", variable),
            fmt::format("export {}=… if the server wants a key", variable)};
}

}  // namespace

std::string_view state_name(DoctorCheck::State state) {
    switch (state) {
        case State::ok: return "ok";
        case State::warn: return "warn";
        case State::fail: return "fail";
    }
    return "";
}

std::vector<DoctorCheck> check_settings(const Context& context) {
    const fs::path folder = fs::current_path();
    std::vector<DoctorCheck> checks = {
        file_check("project file", config::find_project_file(folder), "no quarry.toml here or above"),
        file_check("your file", config::user_config_file(context.environment), "none; the defaults hold")};
    try {
        static_cast<void>(config::Config::load(folder, context.environment));
        checks.push_back({"settings", "values", State::ok, "all valid"});
    } catch (const Error& error) {
        checks.push_back(failed("settings", "values", error));
    }
    return checks;
}

std::vector<DoctorCheck> check_knowledge_base(const Context& context) {
    const char* const area = "knowledge base";
    const fs::path& path = context.base_path;
    std::error_code ignored;
    if (!fs::exists(path, ignored)) {
        return {{area, "path", State::warn, fmt::format("{} does not exist", path.string()),
                 "quarry ingest FOLDER makes it from your documents"}};
    }
    std::vector<DoctorCheck> checks = {{area, "path", State::ok, path.string()}};
    try {
        const auto stamp = stat_file(path);
        checks.push_back(check_integrity(path, stamp ? stamp->size : 0));
        for (DoctorCheck& check : check_content(path)) checks.push_back(std::move(check));
    } catch (const Error& error) {
        checks.push_back(failed(area, "file", error));
    } catch (const SQLite::Exception& error) {
        checks.push_back(failed(area, "file", db::sqlite_error(error, fmt::format("cannot read {}", path.string()))));
    }
    return checks;
}

std::vector<DoctorCheck> check_models(const Context& context, bool offline) {
    std::vector<DoctorCheck> checks;
    for (const std::string section : {"embed", "chat"}) {
        const app::ChatChoice chosen = section == "chat" ? app::configured_chat(context.config)
                                                         : app::ChatChoice{context.config.text("embed.provider"),
                                                                           context.config.text("embed.model")};
        const std::string& provider = chosen.provider;
        const bool is_server = section == "chat" ? llm::find_chat_provider(provider) != nullptr
                                                 : embed::find_remote_provider(provider) != nullptr;
        const std::string& model = chosen.model;
        if (!is_server) {
            checks.push_back({"models", section, State::ok, fmt::format("{}: needs no server", provider)});
            continue;
        }
        const config::ServerEndpoint server =
            section == "chat" ? app::chat_server(context.config) : app::embedding_server(context.config, provider);
        if (model.empty()) {
            checks.push_back({"models", section, State::fail, "no model is chosen",
                              fmt::format("quarry config set {}.model NAME", section)});
        } else {
            checks.push_back({"models", section, State::ok, model});
        }
        if (!server.variable.empty() && server.file.empty()) {
            checks.push_back(check_key(context, section, server.variable));
        }
        if (!offline && !server.base_url.empty()) checks.push_back(check_endpoint(context, section, server.base_url));
    }
    return checks;
}

std::vector<DoctorCheck> check_terminal(const Context& context) {
    const Output::Options& options = context.out.options();
    std::string locale;
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {  // in POSIX's order
        const auto value = context.environment(name);
        if (locale.empty() && value) locale = *value;
    }
    const std::string lower = ascii_lower(locale);
    const bool utf8 = lower.find("utf-8") != std::string::npos || lower.find("utf8") != std::string::npos;
    std::vector<DoctorCheck> checks = {
        {"terminal", "display", State::ok,
         fmt::format("{}, {} columns, colour {}", options.err_is_terminal ? "a terminal" : "not a terminal",
                     options.width, options.out_colour ? "on" : "off")},
        {"terminal", "characters", State::ok,
         utf8 ? "UTF-8" : fmt::format("locale is {}", locale.empty() ? "not set" : locale)}};
    if (!utf8) {
        checks.back().state = State::warn;
        checks.back().cure = "export LC_ALL=C.UTF-8, or letters beyond ASCII may look wrong";
    }
    return checks;
}

}  // namespace quarry::cli
