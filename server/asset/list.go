package asset

import (
	"fmt"
	"slices"
	"strings"

	"assay/server/notification"
	"assay/server/op"
	"assay/server/record"
	"assay/server/register"
	"assay/storage"
)

// AssetSaid is what people say of an asset. The other headings are those of inventories: AWS Config, Resource Explorer,
// Tag Editor, the usual CMDBs.
type AssetSaid struct {
	Name               string      `json:"name" minLength:"1" maxLength:"300" also:"asset,asset name,resource,resource name,resourcename,hostname,title,bezeichnung"`
	Kind               Kind        `json:"kind" enum:"application,database,bucket,server,container,network,endpoints,saas,repository,secrets,data_set,facility,other" start:"other" bulk:"true" also:"type,asset type,resource type,resourcetype,category,ci type"`
	Identifier         string      `json:"identifier" maxLength:"500" find:"true" doc:"What its provider or its network calls it: an ARN, a host name, an address" also:"arn,resource arn,resource id,resourceid,host,fqdn,dns name,ip address,url,serial number"`
	Provider           string      `json:"provider" maxLength:"200" facet:"true" bulk:"true" also:"cloud,cloud provider,vendor,supplier,manufacturer"`
	AccountID          string      `json:"account_id" head:"Account" maxLength:"200" facet:"true" bulk:"true" doc:"Of the provider: an account, a subscription, a project" also:"account,account id,accountid,aws account,owning account,subscription,project"`
	Region             string      `json:"region" maxLength:"200" facet:"true" bulk:"true" also:"awsregion,aws region,location,availability zone,site"`
	Environment        Environment `json:"environment" enum:",production,staging,development,corporate" bulk:"true" also:"env,stage,tag: environment,umgebung"`
	Description        string      `json:"description" maxLength:"20000" long:"true" find:"true" also:"details,purpose,notes,tag: description"`
	Owner              string      `json:"owner" maxLength:"26" is:"person" bulk:"true" doc:"Id of a person, empty for nobody" also:"asset owner,responsible,tag: owner,verantwortlich"`
	Custodian          string      `json:"custodian" maxLength:"200" facet:"true" bulk:"true" find:"true" doc:"The team that runs it" also:"team,managed by,operator,support group,tag: team"`
	Status             Status      `json:"status" enum:"planned,active,retiring,retired" start:"active" bulk:"true" also:"state,lifecycle,resourcestatus,resource status"`
	Criticality        string      `json:"criticality" enum:",critical,high,medium,low" bulk:"true" doc:"How much the organisation needs it, as its owner says; the tiers of the processes that fall with it stand beside" also:"tier,importance,business criticality"`
	RTO                Recovery    `json:"rto" enum:",le_1h,le_4h,le_8h,le_24h,le_72h,le_7d,gt_7d" bulk:"true" doc:"Within what time it is back" head:"RTO" also:"recovery time,recovery time objective"`
	StoresData         YesNo       `json:"stores_data" enum:",yes,no" bulk:"true" doc:"Empty while nobody has said: databases, buckets and data sets are then taken for data stores" also:"data store,contains data"`
	Classification     Class       `json:"classification" enum:",public,internal,confidential,restricted" bulk:"true" also:"data classification,class,sensitivity,tag: classification"`
	DataTypes          []string    `json:"data_types" maxItems:"20" enum:"personal,health,payment,financial,credentials,source_code,intellectual_property,logs,public" bulk:"true" also:"data,data type,types of data"`
	EncryptedAtRest    YesNo       `json:"encrypted_at_rest" enum:",yes,no" bulk:"true" also:"encryption,encrypted,storageencrypted,encryption at rest"`
	EncryptedInTransit YesNo       `json:"encrypted_in_transit" enum:",yes,no" bulk:"true" also:"tls,encryption in transit"`
	Backup             Rhythm      `json:"backup" enum:",continuous,hourly,daily,weekly,monthly,never" bulk:"true" also:"backups,backup frequency"`
	BackupTestedOn     string      `json:"backup_tested_on" maxLength:"10" is:"date" bulk:"true" doc:"When it was last restored from" also:"last restore test,restore tested"`
	Retention          string      `json:"retention" maxLength:"200" bulk:"true" doc:"How long its data is kept" also:"retention period,data retention"`
	SeenOn             string      `json:"seen_on" maxLength:"10" is:"date" doc:"When somebody or something last saw it" also:"last seen,configurationitemcapturetime,last reported,last discovered"`
	ReviewOn           string      `json:"review_on" maxLength:"10" is:"date" bulk:"true" doc:"When it is looked at again, or empty" also:"review,review date,next review"`
}

// words are what other tables call a value.
var words = RecoveryWords(map[string]string{
	"kind.application": "app,web application,service,lambda,AWS::Lambda::Function,AWS::ApiGateway::RestApi,AWS::ECS::Service",
	"kind.database":    "db,rds,dynamodb,AWS::RDS::DBInstance,AWS::RDS::DBCluster,AWS::DynamoDB::Table,AWS::Redshift::Cluster,AWS::ElastiCache::CacheCluster",
	"kind.bucket":      "storage bucket,storage,s3,object storage,file share,AWS::S3::Bucket,AWS::EFS::FileSystem",
	"kind.server":      "vm,virtual machine,instance,ec2,host,AWS::EC2::Instance",
	"kind.container":   "cluster,container cluster,kubernetes,AWS::EKS::Cluster,AWS::ECS::Cluster",
	"kind.network":     "vpc,subnet,firewall,load balancer,gateway,AWS::EC2::VPC,AWS::EC2::Subnet,AWS::EC2::NatGateway,AWS::EC2::InternetGateway,AWS::ElasticLoadBalancingV2::LoadBalancer",
	"kind.endpoints":   "endpoint group,endpoint,laptops,workstations,devices",
	"kind.saas":        "cloud service,software as a service",
	"kind.repository":  "code repository,repo,git,AWS::CodeCommit::Repository,AWS::ECR::Repository",
	"kind.secrets":     "secret store,vault,key store,AWS::SecretsManager::Secret,AWS::KMS::Key",
	"kind.data_set":    "dataset,data,table", "kind.facility": "office,building,data centre,data center,room",
	"environment.production": "prod,live,prd", "environment.staging": "stage,test,uat,qa,preprod", "environment.development": "dev,sandbox", "environment.corporate": "internal,office,it",
	"status.planned": "ordered,in build", "status.active": "in use,in production,live,running,ok,resourcediscovered", "status.retiring": "deprecated,end of life", "status.retired": "decommissioned,deleted,resourcedeleted,terminated",
	"stores_data.yes": "true,y", "stores_data.no": "false,n", "encrypted_at_rest.yes": "true,y,enabled", "encrypted_at_rest.no": "false,n,disabled",
	"encrypted_in_transit.yes": "true,y,enabled", "encrypted_in_transit.no": "false,n,disabled", "backup.never": "none,no backup",
	"data_types.personal": "pii,personal data", "data_types.health": "phi,health data", "data_types.payment": "card data,cardholder data,pci",
	"data_types.source_code": "code", "data_types.intellectual_property": "ip", "data_types.credentials": "secrets,keys",
}, "rto")

// RecoveryWords are what other tables call recovery times, for the columns of a register that hold some.
func RecoveryWords(into map[string]string, columns ...string) map[string]string {
	for _, c := range columns {
		for value, also := range map[Recovery]string{Hour: "1 h,1h,1 hour,up to 1 hour,60 minutes", FourHours: "4 h,4h,4 hours,up to 4 hours", Shift: "8 h,8h,8 hours,up to 8 hours",
			Day: "24 h,24h,24 hours,1 day,1d,up to 24 hours", ThreeDays: "72 h,72h,72 hours,3 days,3d,up to 72 hours", Week: "7 d,7d,7 days,1 week,up to 7 days", Longer: "more than 7 days,over a week,> 7 days"} {
			into[c+"."+string(value)] = also
		}
	}
	return into
}

// Asset is an asset as a list shows it.
type Asset struct {
	register.Row
	AssetSaid
	OwnerName string `json:"owner_name"`
	Store     bool   `json:"store" doc:"It is a data store: somebody said so, or it is a database, a bucket or a data set and nobody said that it is not"`
	Gaps      []Gap  `json:"gaps" enum:"classification,encryption,backup,owner" doc:"What must be known of a data store that is in use, and is not"`
	Overdue   bool   `json:"overdue" doc:"The day of its review has passed"`
	Needs     int    `json:"needs" doc:"Assets and processes that it depends on directly"`
	NeededBy  int    `json:"needed_by" doc:"Assets and processes that depend on it directly"`

	read seen
}

// seen is what the query says that the rules say, too.
type seen struct {
	today   string
	store   bool
	gaps    string
	overdue bool
}

// AssetFilter is what assets may be listed by, and what a bulk change may be aimed with.
type AssetFilter struct {
	op.PageIn
	Kind               []Kind   `query:"kind" json:"kind,omitempty" maxItems:"13" enum:"application,database,bucket,server,container,network,endpoints,saas,repository,secrets,data_set,facility,other"`
	Environment        []string `query:"environment" json:"environment,omitempty" maxItems:"5" enum:"production,staging,development,corporate,none"`
	Status             []Status `query:"status" json:"status,omitempty" maxItems:"4" enum:"planned,active,retiring,retired"`
	Classification     []string `query:"classification" json:"classification,omitempty" maxItems:"5" enum:"public,internal,confidential,restricted,none"`
	DataTypes          []string `query:"data_types" json:"data_types,omitempty" maxItems:"9" enum:"personal,health,payment,financial,credentials,source_code,intellectual_property,logs,public" doc:"Any of them"`
	Criticality        []string `query:"criticality" json:"criticality,omitempty" maxItems:"5" enum:"critical,high,medium,low,none"`
	RTO                []string `query:"rto" json:"rto,omitempty" maxItems:"8" enum:"le_1h,le_4h,le_8h,le_24h,le_72h,le_7d,gt_7d,none"`
	EncryptedAtRest    []string `query:"encrypted_at_rest" json:"encrypted_at_rest,omitempty" maxItems:"3" enum:"yes,no,none"`
	EncryptedInTransit []string `query:"encrypted_in_transit" json:"encrypted_in_transit,omitempty" maxItems:"3" enum:"yes,no,none"`
	Backup             []string `query:"backup" json:"backup,omitempty" maxItems:"7" enum:"continuous,hourly,daily,weekly,monthly,never,none"`
	Provider           string   `query:"provider" json:"provider,omitempty" maxLength:"200" doc:"A provider, or none"`
	AccountID          string   `query:"account_id" json:"account_id,omitempty" maxLength:"200" doc:"An account, or none"`
	Region             string   `query:"region" json:"region,omitempty" maxLength:"200" doc:"A region, or none"`
	Custodian          string   `query:"custodian" json:"custodian,omitempty" maxLength:"200" doc:"A team, or none"`
	Owner              string   `query:"owner" json:"owner,omitempty" maxLength:"26" doc:"Id of a person, me, or none"`
	Store              bool     `query:"store" json:"store,omitempty" doc:"Only data stores"`
	Gap                []Gap    `query:"gap" json:"gap,omitempty" maxItems:"4" enum:"classification,encryption,backup,owner" doc:"Data stores with any of these gaps"`
	Overdue            bool     `query:"overdue" json:"overdue,omitempty" doc:"Only those whose review is late"`
	Tag                []string `query:"tag" json:"tag,omitempty" maxItems:"50" doc:"Ids of tags, any of them; or none"`
	Field              []string `query:"field" json:"field,omitempty" maxItems:"50" doc:"Custom fields as key:value; key: alone asks for an empty one"`
}

const (
	storesSQL = `(r.stores_data = 'yes' OR r.stores_data = '' AND r.kind IN ('database', 'bucket', 'data_set'))`
	usedSQL   = storesSQL + ` AND r.status <> 'retired'`
	classSQL  = `r.classification = ''`
	cryptSQL  = `(r.encrypted_at_rest = '' OR r.encrypted_in_transit = '')`
	backupSQL = `r.backup IN ('', 'never')`
	nobodySQL = `r.owner = ''`
	gapsSQL   = `CASE WHEN ` + usedSQL + ` THEN iif(` + classSQL + `, 'classification ', '') || iif(` + cryptSQL + `, 'encryption ', '') ||
		iif(` + backupSQL + `, 'backup ', '') || iif(` + nobodySQL + `, 'owner ', '') ELSE '' END`
	overdueSQL = `iif(r.review_on <> '' AND r.review_on < d.today AND r.status <> 'retired', 'true', 'false')`

	needsSQL = `(SELECT count(*) FROM record_link l WHERE l.type = 'depends_on' AND l.kind = 'asset' AND l.record = r.id
		AND (l.other_kind = 'asset' AND EXISTS (SELECT 1 FROM asset x WHERE x.id = l.other) OR l.other_kind = 'process' AND EXISTS (SELECT 1 FROM process x WHERE x.id = l.other)))`
	neededBySQL = `(SELECT count(*) FROM record_link l WHERE l.type = 'depends_on' AND l.other_kind = 'asset' AND l.other = r.id
		AND (l.kind = 'asset' AND EXISTS (SELECT 1 FROM asset x WHERE x.id = l.record) OR l.kind = 'process' AND EXISTS (SELECT 1 FROM process x WHERE x.id = l.record)))`
)

// Recovers is, as a table with kind, id and rto, what has a recovery time: assets and processes.
const Recovers = `(SELECT 'asset' AS kind, id, rto FROM asset UNION ALL SELECT 'process', id, rto FROM process)`

// assets is the register.
var assets = register.New(register.Register[AssetSaid, AssetFilter, Asset]{
	Kind: "asset", One: "asset", Many: "assets", Letter: "AST", Values: words,
	Row: func(r *Asset) *register.Row { return &r.Row }, Said: func(r *Asset) *AssetSaid { return &r.AssetSaid },
	Check: check, Written: written, Writes: []string{"notification"},
	Rules: func(r *Asset) error { return r.rules() },
	Into: func(r *Asset) []any {
		s := &r.read
		return []any{&s.today, &s.store, &s.gaps, &s.overdue, &r.Needs, &r.NeededBy}
	},
	Table: op.Table[AssetFilter, Asset]{
		From: `asset r CROSS JOIN (SELECT ? AS today FROM (SELECT 1)) d`, Args: func(tx *storage.ReadTx) []any { return []any{tx.Today()} },
		Columns: `d.today, ` + storesSQL + `, ` + gapsSQL + `, ` + overdueSQL + ` = 'true', ` + needsSQL + `, ` + neededBySQL,
		Where: func(w *op.Where, f AssetFilter) {
			if len(f.Gap) > 0 {
				has := func(g Gap) bool { return slices.Contains(f.Gap, g) }
				w.And(usedSQL+" AND (? AND "+classSQL+" OR ? AND "+cryptSQL+" OR ? AND "+backupSQL+" OR ? AND "+nobodySQL+")",
					has(NoClass), has(NoEncryption), has(NoBackup), has(NoOwner))
			}
		},
		Sort:    map[string]string{"needed_by": neededBySQL, "needs": needsSQL},
		Default: "name",
		Facets:  []op.Facet{{Name: "store", SQL: "iif(" + storesSQL + ", 'true', 'false')"}, {Name: "overdue", SQL: overdueSQL}},
		Export: []op.Col[Asset]{
			{Header: "Is a data store", Value: func(r Asset) any { return r.Store }},
			{Header: "Gaps", Value: func(r Asset) any { return join(r.Gaps, ", ") }},
			{Header: "Depends on", Value: func(r Asset) any { return r.Needs }},
			{Header: "Needed by", Value: func(r Asset) any { return r.NeededBy }},
		},
	},
})

// Sheet is how assets come in as a table.
var Sheet = assets.Sheet()

func join(gaps []Gap, between string) string {
	var all []string
	for _, g := range gaps {
		all = append(all, string(g))
	}
	return strings.Join(all, between)
}

// rules works out what is computed, and compares it with what the query found.
func (r *Asset) rules() error {
	s := r.read
	r.Store, r.Gaps, r.Overdue = r.Stores(), r.AssetSaid.Gaps(), r.AssetSaid.Overdue(s.today)
	if gaps := strings.TrimSpace(s.gaps); r.Store != s.store || r.Overdue != s.overdue || join(r.Gaps, " ") != gaps {
		return fmt.Errorf("the rules say %v %v %v, the query %v %s %v", r.Store, r.Gaps, r.Overdue, s.store, gaps, s.overdue)
	}
	return nil
}

func check(c *op.Check, tx *storage.ReadTx, was, now AssetSaid) error {
	c.That(now.BackupTestedOn == was.BackupTestedOn || now.BackupTestedOn <= tx.Today(), "backup_tested_on", "Give the day of a test that has been made.")
	c.That(now.SeenOn == was.SeenOn || now.SeenOn <= tx.Today(), "seen_on", "Give a day that has come.")
	return nil
}

// written tells a new owner.
func written(tx *storage.WriteTx, id string, was, now AssetSaid) error {
	if was.Owner == now.Owner {
		return nil
	}
	return notification.Send(tx, notification.Notice{Event: notification.AssetChanged, To: []string{now.Owner}, About: record.Ref{Kind: record.Asset, ID: id}, Title: "An asset is yours: " + now.Name})
}
