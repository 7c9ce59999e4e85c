// Uploaded files: into the base, and back out of it.
#include "core/app/upload_service.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>
#include <vector>

#include "core/app/collection_scope.h"
#include "core/app/document_service.h"
#include "core/app/knowledge_base.h"
#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/store/base_address.h"
#include "core/store/store.h"
#include "core/wire/ingest_json.h"

namespace quarry::app {
namespace {

constexpr std::size_t most_name_bytes = 200;
constexpr std::size_t parts_at_once = 16;  ///< In a transaction, so that other writers get their turn.
constexpr std::int64_t kept_seconds = 24 * 60 * 60;

Error cannot_read_upload(const std::filesystem::path& file) {
    return Error(ErrorCode::failed, fmt::format("cannot read the uploaded file {}", file.filename().string()),
                 "upload it again");
}

/// What is named in the base: an upload of one collection does not replace that of another.
bool is_main(const std::string& collection) { return collection.empty() || collection == "main"; }

}  // namespace

nlohmann::json upload_json(const Upload& upload) {
    return {{"hash", upload.hash},
            {"bytes", upload.bytes},
            {"name", upload.name},
            {"type", upload.type},
            {"collection", upload.collection}};
}

Upload upload_of(const nlohmann::json& document) {
    return {.hash = document.at("hash").get<std::string>(),
            .bytes = document.at("bytes").get<std::uint64_t>(),
            .name = document.at("name").get<std::string>(),
            .type = document.at("type").get<std::string>(),
            .collection = document.at("collection").get<std::string>()};
}

std::string safe_file_name(std::string_view given) {
    std::string name = replace_invalid_utf8(std::string(given.substr(given.find_last_of("/\\") + 1)));
    name = strip_terminal_controls(name);
    std::erase_if(name, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
    name.erase(0, name.find_first_not_of(". "));
    if (name.size() > most_name_bytes) {
        // The ending, by which its type is told, stays.
        const std::size_t dot = name.rfind('.');
        const std::string ending = dot != std::string::npos && name.size() - dot <= 20 ? name.substr(dot) : "";
        std::size_t end = most_name_bytes - ending.size();
        while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0U) == 0x80U) --end;
        name = name.substr(0, end) + ending;
    }
    return name.empty() ? "upload" : name;
}

std::string upload_uri(const Upload& upload) {
    return is_main(upload.collection) ? "upload:" + upload.name : "upload:" + upload.collection + "/" + upload.name;
}

std::filesystem::path UploadService::folder_path() const {
    std::filesystem::path path = services_.base_path;
    if (store::is_server_base(path)) {
        const auto folder = config::user_folder(services_.environment, "XDG_STATE_HOME", ".local/state");
        if (!folder) throw Error(ErrorCode::failed, "there is no folder for uploads", "set HOME or XDG_STATE_HOME");
        std::filesystem::create_directories(*folder);
        path = *folder / content_hash(path.native());
    }
    path += ".uploads";
    return path;
}

std::filesystem::path UploadService::folder() const {
    std::filesystem::path folder = folder_path();
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        throw Error(ErrorCode::failed, fmt::format("cannot make the folder {}", folder.string()))
            .because(std::strerror(errno));
    }
    return folder;
}

void UploadService::check_collection(const std::string& collection) const {
    const auto store = store::open_store(services_.base_path, store::StoreMode::read);
    check_target_collection(store.get(), collection, services_.access);
}

std::uint64_t UploadService::bytes() const {
    std::uint64_t bytes = store::open_originals(services_.base_path, store::StoreMode::read)->bytes();
    std::error_code gone;
    for (const auto& entry : std::filesystem::directory_iterator(folder(), gone)) {
        const std::uintmax_t size = entry.file_size(gone);
        if (!gone) bytes += size;
    }
    return bytes;
}

void UploadService::store_content(const Upload& upload, const std::filesystem::path& file) {
    const auto originals = store::open_originals(services_.base_path, store::StoreMode::write);
    if (originals->is_complete(upload.hash)) return;
    std::ifstream in(file, std::ios::binary);
    if (!in) throw cannot_read_upload(file);
    std::uint64_t number = 0;
    for (bool more = true; more;) {
        services_.cancel.check();
        std::vector<std::string> parts;
        while (parts.size() < parts_at_once && more) {
            std::string part(store::original_part_bytes, '\0');
            in.read(part.data(), static_cast<std::streamsize>(part.size()));
            part.resize(static_cast<std::size_t>(in.gcount()));
            more = part.size() == store::original_part_bytes;
            if (!part.empty()) parts.push_back(std::move(part));
        }
        originals->put(upload.hash, upload.bytes, number, parts, services_.clock());
        number += parts.size();
    }
    if (!originals->is_complete(upload.hash)) throw cannot_read_upload(file);
}

void UploadService::share(const Upload& upload) {
    if (!store::is_server_base(services_.base_path)) return;
    const std::filesystem::path file = folder() / upload.hash;
    store_content(upload, file);
    std::error_code unknown;
    std::filesystem::remove(file, unknown);
}

nlohmann::ordered_json UploadService::ingest(const Upload& upload, const IngestEvents& events) {
    const std::filesystem::path file = folder() / upload.hash;
    store_content(upload, file);
    std::error_code unknown;
    if (!std::filesystem::exists(file, unknown)) {
        // Another upload of the same content was read meanwhile, and took it along.
        const auto originals = store::open_originals(services_.base_path, store::StoreMode::read);
        std::ofstream out(file, std::ios::binary);
        for (std::uint64_t number = 0; auto part = originals->part(upload.hash, number); ++number) out << *part;
        if (!out.flush()) throw Error(ErrorCode::failed, "cannot write the uploaded file again", "is the disk full?");
    }
    const std::string uri = upload_uri(upload);
    std::ifstream in(file, std::ios::binary);
    if (!in) throw cannot_read_upload(file);
    IngestRequest request{.document = uri, .stream = &in, .collection = upload.collection, .type = upload.type};
    const IngestOutcome outcome = IngestService(services_).run(request, events);
    const auto source = store::open_store(services_.base_path, store::StoreMode::read)->source(uri);
    if (source) {
        store::open_originals(services_.base_path, store::StoreMode::write)
            ->link(source->id, {upload.hash, upload.name, source->media_type, upload.bytes});
    }
    std::filesystem::remove(file, unknown);
    return wire::ingest_json(outcome.documents, outcome.vectors, false);
}

store::Original UploadService::original_of(const std::string& document) const {
    const auto store = store::open_store(services_.base_path, store::StoreMode::read);
    store::ChunkFilter visible;
    narrow(visible, *store, services_.access);
    const auto source = find_source(*store, visible, document);
    if (!source) throw Error(ErrorCode::nothing_found, "there is no such document");
    auto original = store::open_originals(services_.base_path, store::StoreMode::read)->of_source(source->id);
    if (!original) throw Error(ErrorCode::nothing_found, "this document was not uploaded: there is no original");
    return std::move(*original);
}

void UploadService::clean(std::span<const std::string> wanted) const {
    store::open_originals(services_.base_path, store::StoreMode::write)
        ->remove_orphans(services_.clock() - kept_seconds, wanted);
    const auto before = std::filesystem::file_time_type::clock::now() - std::chrono::seconds(kept_seconds);
    std::error_code gone;
    for (const auto& entry : std::filesystem::directory_iterator(folder(), gone)) {
        const auto written = entry.last_write_time(gone);
        const bool is_wanted = std::ranges::find(wanted, entry.path().filename().string()) != wanted.end();
        if (!gone && written < before && !is_wanted) std::filesystem::remove(entry.path(), gone);
    }
}

}  // namespace quarry::app
