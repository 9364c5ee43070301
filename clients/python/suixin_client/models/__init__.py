"""Contains all the data models used in inputs/outputs"""

from .accepted import Accepted
from .accepting import Accepting
from .act import Act
from .advice import Advice
from .agreed import Agreed
from .agreement_named import AgreementNamed
from .agreement_seen import AgreementSeen
from .allowed import Allowed
from .announced import Announced
from .answer import Answer
from .answered import Answered
from .application import Application
from .application_about import ApplicationAbout
from .applied import Applied
from .ask_token_form_params import AskTokenFormParams
from .backer import Backer
from .backer_asked import BackerAsked
from .balance import Balance
from .because import Because
from .booked import Booked
from .called import Called
from .case_seen import CaseSeen
from .claim_made import ClaimMade
from .claim_made_facts import ClaimMadeFacts
from .claim_made_weights import ClaimMadeWeights
from .claim_step import ClaimStep
from .claim_step_tiers import ClaimStepTiers
from .client_revoked import ClientRevoked
from .commission import Commission
from .completeness import Completeness
from .conflict import Conflict
from .contribute_response import ContributeResponse
from .contribution import Contribution
from .corrected import Corrected
from .correcting import Correcting
from .correction import Correction
from .correction_personal import CorrectionPersonal
from .cost_row import CostRow
from .credit_file_seen import CreditFileSeen
from .day_head import DayHead
from .decided import Decided
from .decision import Decision
from .delivery import Delivery
from .delivery_standing import DeliveryStanding
from .device import Device
from .disbursing import Disbursing
from .dispute import Dispute
from .draw import Draw
from .dry_run import DryRun
from .due_row import DueRow
from .due_seen import DueSeen
from .duty import Duty
from .ended import Ended
from .ended_counts import EndedCounts
from .ended_op import EndedOp
from .ended_op_result import EndedOpResult
from .ending import Ending
from .ending_days import EndingDays
from .enrolment import Enrolment
from .erasure_asked import ErasureAsked
from .event_columns import EventColumns
from .event_kind import EventKind
from .event_seen import EventSeen
from .event_seen_content import EventSeenContent
from .export_party_response import ExportPartyResponse
from .fault import Fault
from .feed_count import FeedCount
from .file_fault import FileFault
from .files import Files
from .files_files import FilesFiles
from .guarantor_paying import GuarantorPaying
from .held import Held
from .holding import Holding
from .household import Household
from .household_versions import HouseholdVersions
from .import_ import Import
from .judged import Judged
from .kind import Kind
from .lag import Lag
from .limit_moved import LimitMoved
from .line_seen import LineSeen
from .list_payments_payment_state import ListPaymentsPaymentState
from .listed import Listed
from .listed_agreement_named import ListedAgreementNamed
from .listed_booked import ListedBooked
from .listed_credit_file_seen import ListedCreditFileSeen
from .listed_delivery import ListedDelivery
from .listed_ended import ListedEnded
from .listed_event_seen import ListedEventSeen
from .listed_line_seen import ListedLineSeen
from .listed_listed import ListedListed
from .listed_noted import ListedNoted
from .listed_paid import ListedPaid
from .listed_proposal import ListedProposal
from .listed_record_named import ListedRecordNamed
from .listing import Listing
from .loaded import Loaded
from .loaded_feeds import LoadedFeeds
from .mask import Mask
from .move import Move
from .moved import Moved
from .new_application import NewApplication
from .new_application_about import NewApplicationAbout
from .new_consent import NewConsent
from .new_dispute import NewDispute
from .new_dispute_about import NewDisputeAbout
from .new_party import NewParty
from .new_party_kind import NewPartyKind
from .new_party_personal import NewPartyPersonal
from .new_row import NewRow
from .new_subscription import NewSubscription
from .new_task import NewTask
from .no_token import NoToken
from .noted import Noted
from .offer import Offer
from .onboarded import Onboarded
from .opening import Opening
from .outcome import Outcome
from .outcome_result import OutcomeResult
from .owed import Owed
from .paid import Paid
from .partner import Partner
from .payment_seen import PaymentSeen
from .payment_state import PaymentState
from .personal import Personal
from .picked import Picked
from .planned_seen import PlannedSeen
from .posted_line import PostedLine
from .problem import Problem
from .problem_errors_item import ProblemErrorsItem
from .problem_kind import ProblemKind
from .proposal import Proposal
from .proposal_content import ProposalContent
from .proved_record import ProvedRecord
from .pulled import Pulled
from .purpose import Purpose
from .pushed import Pushed
from .question import Question
from .read_shared_facts_purpose import ReadSharedFactsPurpose
from .reason import Reason
from .reasoned import Reasoned
from .receipt import Receipt
from .receiving import Receiving
from .record_named import RecordNamed
from .recovering import Recovering
from .refused_row import RefusedRow
from .registered import Registered
from .rejected import Rejected
from .releasing import Releasing
from .restructuring import Restructuring
from .revoked import Revoked
from .right import Right
from .rows import Rows
from .rows_rows_item import RowsRowsItem
from .sale_settled import SaleSettled
from .scoring import Scoring
from .secret import Secret
from .see_tiers_response import SeeTiersResponse
from .self_ import Self
from .sent_batch import SentBatch
from .sent_operation import SentOperation
from .set_aside import SetAside
from .shared import Shared
from .shared_masks import SharedMasks
from .shared_rows_item import SharedRowsItem
from .shares_ended import SharesEnded
from .sharing import Sharing
from .sharing_fields import SharingFields
from .sheet_sent import SheetSent
from .sides import Sides
from .sides_first import SidesFirst
from .sides_second import SidesSecond
from .signing import Signing
from .slot_state import SlotState
from .standing import Standing
from .stands import Stands
from .statement_day import StatementDay
from .stays import Stays
from .subscription import Subscription
from .suspense import Suspense
from .sweeping import Sweeping
from .task import Task
from .task_made import TaskMade
from .token import Token
from .told import Told
from .told_fact import ToldFact
from .trial_balance import TrialBalance
from .under_way import UnderWay
from .verdict import Verdict
from .wanted import Wanted
from .way import Way
from .why import Why
from .why_device import WhyDevice

__all__ = (
    "Accepted",
    "Accepting",
    "Act",
    "Advice",
    "Agreed",
    "AgreementNamed",
    "AgreementSeen",
    "Allowed",
    "Announced",
    "Answer",
    "Answered",
    "Application",
    "ApplicationAbout",
    "Applied",
    "AskTokenFormParams",
    "Backer",
    "BackerAsked",
    "Balance",
    "Because",
    "Booked",
    "Called",
    "CaseSeen",
    "ClaimMade",
    "ClaimMadeFacts",
    "ClaimMadeWeights",
    "ClaimStep",
    "ClaimStepTiers",
    "ClientRevoked",
    "Commission",
    "Completeness",
    "Conflict",
    "ContributeResponse",
    "Contribution",
    "Corrected",
    "Correcting",
    "Correction",
    "CorrectionPersonal",
    "CostRow",
    "CreditFileSeen",
    "DayHead",
    "Decided",
    "Decision",
    "Delivery",
    "DeliveryStanding",
    "Device",
    "Disbursing",
    "Dispute",
    "Draw",
    "DryRun",
    "DueRow",
    "DueSeen",
    "Duty",
    "Ended",
    "EndedCounts",
    "EndedOp",
    "EndedOpResult",
    "Ending",
    "EndingDays",
    "Enrolment",
    "ErasureAsked",
    "EventColumns",
    "EventKind",
    "EventSeen",
    "EventSeenContent",
    "ExportPartyResponse",
    "Fault",
    "FeedCount",
    "FileFault",
    "Files",
    "FilesFiles",
    "GuarantorPaying",
    "Held",
    "Holding",
    "Household",
    "HouseholdVersions",
    "Import",
    "Judged",
    "Kind",
    "Lag",
    "LimitMoved",
    "LineSeen",
    "Listed",
    "ListedAgreementNamed",
    "ListedBooked",
    "ListedCreditFileSeen",
    "ListedDelivery",
    "ListedEnded",
    "ListedEventSeen",
    "ListedLineSeen",
    "ListedListed",
    "ListedNoted",
    "ListedPaid",
    "ListedProposal",
    "ListedRecordNamed",
    "Listing",
    "ListPaymentsPaymentState",
    "Loaded",
    "LoadedFeeds",
    "Mask",
    "Move",
    "Moved",
    "NewApplication",
    "NewApplicationAbout",
    "NewConsent",
    "NewDispute",
    "NewDisputeAbout",
    "NewParty",
    "NewPartyKind",
    "NewPartyPersonal",
    "NewRow",
    "NewSubscription",
    "NewTask",
    "Noted",
    "NoToken",
    "Offer",
    "Onboarded",
    "Opening",
    "Outcome",
    "OutcomeResult",
    "Owed",
    "Paid",
    "Partner",
    "PaymentSeen",
    "PaymentState",
    "Personal",
    "Picked",
    "PlannedSeen",
    "PostedLine",
    "Problem",
    "ProblemErrorsItem",
    "ProblemKind",
    "Proposal",
    "ProposalContent",
    "ProvedRecord",
    "Pulled",
    "Purpose",
    "Pushed",
    "Question",
    "ReadSharedFactsPurpose",
    "Reason",
    "Reasoned",
    "Receipt",
    "Receiving",
    "RecordNamed",
    "Recovering",
    "RefusedRow",
    "Registered",
    "Rejected",
    "Releasing",
    "Restructuring",
    "Revoked",
    "Right",
    "Rows",
    "RowsRowsItem",
    "SaleSettled",
    "Scoring",
    "Secret",
    "SeeTiersResponse",
    "Self",
    "SentBatch",
    "SentOperation",
    "SetAside",
    "Shared",
    "SharedMasks",
    "SharedRowsItem",
    "SharesEnded",
    "Sharing",
    "SharingFields",
    "SheetSent",
    "Sides",
    "SidesFirst",
    "SidesSecond",
    "Signing",
    "SlotState",
    "Standing",
    "Stands",
    "StatementDay",
    "Stays",
    "Subscription",
    "Suspense",
    "Sweeping",
    "Task",
    "TaskMade",
    "Token",
    "Told",
    "ToldFact",
    "TrialBalance",
    "UnderWay",
    "Verdict",
    "Wanted",
    "Way",
    "Why",
    "WhyDevice",
)
