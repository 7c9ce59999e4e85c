#pragma once

#include <string>
#include <string_view>

#include "core/base/cancel.h"
#include "core/base/error.h"
#include "core/models/model_store.h"
#include "core/models/partial_file.h"

namespace quarry::models {

/// Fetches an https URL (plain http from this machine alone), redirects followed, into a file: what that has is not
/// fetched again where the server can send a part. Throws Error(failed, usage, provider_failed, interrupted), with how
/// much is there if the file is resumed.
void download_model(const std::string& source, const AddModelOptions& options, PartialFile& file,
                    const Cancellation& cancellation, const ModelProgress& progress);

/// Why a model from a path or address is not added.
[[nodiscard]] Error cannot_add(std::string_view source, std::string hint = {});

}  // namespace quarry::models
