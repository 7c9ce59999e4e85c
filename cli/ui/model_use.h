#pragma once

#include "cli/line/command.h"
#include "core/app/model_service.h"

namespace quarry::cli {

/// Writes the settings that make quarry use a model to the user's own file, and says so; also what goes before them.
void use_model(Context& context, const models::StoredModel& model);

}  // namespace quarry::cli
