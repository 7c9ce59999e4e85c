// Settings, the knowledge base and models, looked at without changing anything.
#include "core/app/diagnosis.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <system_error>

#include "core/app/chat_models.h"
#include "core/app/embedder_choice.h"
#include "core/app/http_settings.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/db/sqlite.h"
#include "core/embed/remote.h"
#include "core/http/client.h"
#include "core/llm/provider.h"
#include "core/store/base_address.h"
#include "core/store/postgresql/server_schema.h"
#include "core/store/store.h"

namespace quarry::app {

using wire::DoctorCheck;

namespace {

namespace fs = std::filesystem;
using State = DoctorCheck::State;

// SQLite's check reads the whole file: beyond this the answer would take too long.
constexpr std::uint64_t quick_check_bytes = 1'000'000'000;

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
    if (bytes > quick_check_bytes) {
        return {area, "file", State::ok, fmt::format("{}, not checked: quarry docs verify does", human_bytes(bytes))};
    }
    const std::string found = db::quick_check(path);
    if (found == "ok") return {area, "file", State::ok, fmt::format("{}, not damaged", human_bytes(bytes))};
    return {area, "file", State::fail, fmt::format("damaged: {}", found),
            "restore it from a backup, or remove it and run quarry ingest again"};
}

std::vector<DoctorCheck> check_content(const fs::path& path) {
    const char* const area = "knowledge base";
    const auto store = store::open_store(path, store::StoreMode::read);
    const store::StoreStats stats = store->stats();
    std::vector<DoctorCheck> checks = {
        {area, "documents", State::ok,
         fmt::format("{} document{}, {} passage{}", stats.documents, stats.documents == 1 ? "" : "s", stats.chunks,
                     stats.chunks == 1 ? "" : "s")}};
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
        checks.push_back({area, "vectors", State::ok, "none: search is by words only"});
    } else if (const std::uint64_t missing = store->unembedded_count(*embedder); missing > 0) {
        checks.push_back({area, "vectors", State::warn, fmt::format("{} passages have none", missing),
                          "quarry embed fills them in"});
    } else {
        checks.push_back({area, "vectors", State::ok, "every passage has one"});
    }
    return checks;
}

/// Whether anything answers at the address. The key is not sent: any status will do.
DoctorCheck check_endpoint(const Services& services, const std::string& section, const std::string& url) {
    const std::string shown = http::url_without_credentials(url);
    try {
        http::HttpClient client;
        http::HttpRequest request{.url = url + (url.ends_with('/') ? "models" : "/models")};
        request.connect_timeout = std::chrono::seconds(5);
        request.timeout = std::chrono::seconds(10);
        set_http_settings(services.config, request);
        const http::HttpResponse response = client.send(request, services.cancel);
        return {"models", section + " server", State::ok,
                fmt::format("{} answers (status {})", shown, response.status)};
    } catch (const Error& error) {
        DoctorCheck check = failed("models", section + " server", error);
        if (check.cure.empty())
            check.cure = fmt::format("check that the server is running and that {}.base_url is right", section);
        return check;
    }
}

DoctorCheck check_key(const Services& services, const std::string& section, const std::string& variable) {
    const auto key = services.environment(variable);
    const std::string name = section + " key";
    if (key && !trim(*key).empty()) return {"models", name, State::ok, fmt::format("{} is set", variable)};
    return {"models", name, State::warn, fmt::format("the environment variable {} is not set", variable),
            fmt::format("export {}=… if the server wants a key", variable)};
}

}  // namespace

std::vector<DoctorCheck> check_settings(const Services& services) {
    const fs::path folder = fs::current_path();
    std::vector<DoctorCheck> checks = {
        file_check("project file", config::find_project_file(folder), "no quarry.toml here or above"),
        file_check("your file", config::user_config_file(services.environment), "none; the defaults apply")};
    try {
        static_cast<void>(config::Config::load(folder, services.environment));
        checks.push_back({"settings", "values", State::ok, "all valid"});
    } catch (const Error& error) {
        checks.push_back(failed("settings", "values", error));
    }
    return checks;
}

DoctorCheck check_pgvector(const char* area, const store::postgresql::ServerFacts& facts) {
    const char* const name = "pgvector";
    if (!facts.pgvector_problem.empty()) {
        return {area, name, State::warn, facts.pgvector_problem,
                "update it (ALTER EXTENSION vector UPDATE), or GRANT USAGE on its schema; 0.8 or later is best"};
    }
    if (!facts.installed_pgvector.empty()) return {area, name, State::ok, facts.installed_pgvector};
    const char* const absent = "the server does not have it; it is not needed";
    if (facts.available_pgvector.empty()) return {area, name, State::ok, absent};
    return {area, name, State::ok,
            fmt::format("{} is there, but not in this database; quarry embed installs it if the role may",
                        facts.available_pgvector)};
}

std::vector<DoctorCheck> check_server_base(const fs::path& base) {
    const char* const area = "knowledge base";
    std::vector<DoctorCheck> checks = {{area, "server", State::ok, base.native()}};
    try {
        const store::postgresql::ServerFacts facts = store::postgresql::describe_server(base.native());
        checks.front().detail = fmt::format("PostgreSQL {} at {}", facts.version, base.native());
        checks.push_back({area, "vector search", State::ok,
                          facts.has_vector_index ? "an HNSW index of pgvector; search.exact compares every vector"
                                                 : "exact: every vector is compared in memory"});
        checks.push_back(check_pgvector(area, facts));
        if (!store::base_exists(base)) {
            checks.push_back({area, "tables", State::warn, "the database has none", "quarry ingest FOLDER makes them"});
            return checks;
        }
        for (DoctorCheck& check : check_content(base)) checks.push_back(std::move(check));
    } catch (const Error& error) {
        checks.push_back(failed(area, "server", error));
    }
    return checks;
}

std::vector<DoctorCheck> check_knowledge_base(const Services& services) {
    const char* const area = "knowledge base";
    const fs::path& path = services.base_path;
    if (store::is_server_base(path)) return check_server_base(path);
    std::error_code ignored;
    if (!fs::exists(path, ignored)) {
        return {{area, "path", State::warn, fmt::format("{} does not exist", path.string()),
                 "quarry ingest FOLDER creates it from your documents"}};
    }
    std::vector<DoctorCheck> checks = {{area, "path", State::ok, path.string()}};
    try {
        const auto stamp = stat_file(path);
        checks.push_back(check_integrity(path, stamp ? stamp->size : 0));
        for (DoctorCheck& check : check_content(path)) checks.push_back(std::move(check));
    } catch (const Error& error) {
        checks.push_back(failed(area, "file", error));
    }
    return checks;
}

std::vector<DoctorCheck> check_models(const Services& services, bool offline) {
    std::vector<DoctorCheck> checks;
    for (const std::string section : {"embed", "chat"}) {
        const ChatChoice chosen =
            section == "chat" ? configured_chat(services.config)
                              : ChatChoice{services.config.text("embed.provider"), services.config.text("embed.model")};
        const std::string& provider = chosen.provider;
        const bool is_server = section == "chat" ? llm::find_chat_provider(provider) != nullptr
                                                 : embed::find_remote_provider(provider) != nullptr;
        const std::string& model = chosen.model;
        if (!is_server) {
            checks.push_back({"models", section, State::ok, fmt::format("{}: needs no server", provider)});
            continue;
        }
        const config::ServerEndpoint server =
            section == "chat" ? chat_server(services.config)
                              : embedding_server(services.config, configured_choice(services.config));
        if (model.empty()) {
            checks.push_back({"models", section, State::fail, "no model is set",
                              fmt::format("quarry config set {}.model NAME", section)});
        } else {
            checks.push_back({"models", section, State::ok, model});
        }
        if (!server.variable.empty() && server.file.empty()) {
            checks.push_back(check_key(services, section, server.variable));
        }
        if (!offline && !server.base_url.empty()) checks.push_back(check_endpoint(services, section, server.base_url));
    }
    return checks;
}

}  // namespace quarry::app
