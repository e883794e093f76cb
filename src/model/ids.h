// The typed ids of every noun that the API or the store names.
#pragma once

#include "base/id.h"

namespace patrol {

// clang-format off
struct TenantTag { static constexpr std::string_view prefix = "ten_"; };
struct UserTag { static constexpr std::string_view prefix = "usr_"; };
struct SessionTag { static constexpr std::string_view prefix = "ses_"; };
struct ApiTokenTag { static constexpr std::string_view prefix = "tok_"; };
struct CustomerTag { static constexpr std::string_view prefix = "cus_"; };
struct AccountTag { static constexpr std::string_view prefix = "acc_"; };
struct ConnectTokenTag { static constexpr std::string_view prefix = "ctk_"; };
struct SecretTag { static constexpr std::string_view prefix = "sec_"; };
struct ScanTag { static constexpr std::string_view prefix = "scn_"; };
struct SnapshotTag { static constexpr std::string_view prefix = "snp_"; };
struct ResourceTag { static constexpr std::string_view prefix = "res_"; };
struct BaselineTag { static constexpr std::string_view prefix = "bas_"; };
struct ChangeSetTag { static constexpr std::string_view prefix = "cst_"; };
struct ChangeTag { static constexpr std::string_view prefix = "chg_"; };
struct CollectorTag { static constexpr std::string_view prefix = "col_"; };
struct OperationTag { static constexpr std::string_view prefix = "opr_"; };
struct DeploymentTag { static constexpr std::string_view prefix = "dep_"; };
struct DeploymentHookTag { static constexpr std::string_view prefix = "hok_"; };
struct JobTag { static constexpr std::string_view prefix = "job_"; };
struct NoticeTag { static constexpr std::string_view prefix = "ntc_"; };
struct ChannelTag { static constexpr std::string_view prefix = "chn_"; };
struct RouteTag { static constexpr std::string_view prefix = "rte_"; };
struct DeliveryTag { static constexpr std::string_view prefix = "dlv_"; };
struct RuleTag { static constexpr std::string_view prefix = "rul_"; };
// clang-format on

using TenantId = Id<TenantTag>;
using UserId = Id<UserTag>;
using SessionId = Id<SessionTag>;
using ApiTokenId = Id<ApiTokenTag>;
using CustomerId = Id<CustomerTag>;
using AccountId = Id<AccountTag>;
using ConnectTokenId = Id<ConnectTokenTag>;
using SecretId = Id<SecretTag>;
using ScanId = Id<ScanTag>;
using SnapshotId = Id<SnapshotTag>;
using ResourceId = Id<ResourceTag>;
using BaselineId = Id<BaselineTag>;
using ChangeSetId = Id<ChangeSetTag>;
using ChangeId = Id<ChangeTag>;
using CollectorId = Id<CollectorTag>;
using OperationId = Id<OperationTag>;
using DeploymentId = Id<DeploymentTag>;
using DeploymentHookId = Id<DeploymentHookTag>;
using JobId = Id<JobTag>;
using NoticeId = Id<NoticeTag>;
using ChannelId = Id<ChannelTag>;
using RouteId = Id<RouteTag>;
using DeliveryId = Id<DeliveryTag>;
using RuleId = Id<RuleTag>;

}  // namespace patrol
