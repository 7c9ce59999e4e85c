#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/app/ingest_service.h"
#include "core/app/services.h"
#include "core/store/original_repository.h"

namespace quarry::app {

/// A file that was uploaded and waits to be read into the base.
struct Upload {
    std::string hash{};  ///< SHA-256 of its content, which is its name in the folder of uploads.
    std::uint64_t bytes = 0;
    std::string name{};        ///< As `safe_file_name` gives it.
    std::string type{};        ///< An extractor's name or a media type; empty: by name.
    std::string collection{};  ///< "": main.
};
[[nodiscard]] nlohmann::json upload_json(const Upload& upload);
[[nodiscard]] Upload upload_of(const nlohmann::json& document);

/// The last part of a name that a client gave its file, in which nothing leads elsewhere: without folders, control
/// characters and dots at its beginning, at most 200 bytes of UTF-8; "upload" where nothing is left.
[[nodiscard]] std::string safe_file_name(std::string_view given);

/// Under which name an upload is in the base: "upload:NAME" in main, else "upload:COLLECTION/NAME".
[[nodiscard]] std::string upload_uri(const Upload& upload);

/// Files that are uploaded into a base, and those that documents were read from. One thread at a time.
class UploadService {
public:
    explicit UploadService(Services& services) : services_(services) {}

    /// Where files wait: beside the base, or in a folder of the user's for a base on a server; for its owner only. Made
    /// where it is missing.
    [[nodiscard]] std::filesystem::path folder() const;

    /// Stores a file's content where any server of the base can read it, and removes it from the folder; of a base in a
    /// file, which has one folder, leaves it there.
    void share(const Upload& upload);

    /// Throws Error(usage) where the caller may not put documents into a collection, or it is not there.
    void check_collection(const std::string& collection) const;

    /// What all uploads take, those that wait too.
    [[nodiscard]] std::uint64_t bytes() const;

    /// Stores a file's content, reads it into the base, and removes it from the folder. May be done again after it was
    /// interrupted. Gives the document of `ingest`. Throws Error.
    [[nodiscard]] nlohmann::ordered_json ingest(const Upload& upload, const IngestEvents& events);

    /// The file that a document was read from. Throws Error(nothing_found) where there is no such document, or it was
    /// not uploaded.
    [[nodiscard]] store::Original original_of(const std::string& document) const;

    /// Removes what uploads that failed have left behind a day ago; not what jobs wait for (`wanted`, hashes).
    void clean(std::span<const std::string> wanted) const;

private:
    [[nodiscard]] std::filesystem::path folder_path() const;
    void store_content(const Upload& upload, const std::filesystem::path& file);

    Services& services_;
};

}  // namespace quarry::app
